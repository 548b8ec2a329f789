/** The package as users get it: packed, unpacked into an empty project, imported, typed and run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../cli/run.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);

const project = scratch.path('project');
const installed = join(project, 'node_modules', 'market-alignment');

function run(command: string, args: readonly string[], cwd = project) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeAll(() => {
  // The build is up to date: the tests' setup made it.
  const packed = run(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch.path('.')],
    process.cwd(),
  );
  expect(packed.stderr).not.toContain('npm error');
  expect(packed.status).toBe(0);
  mkdirSync(join(project, 'node_modules', '.bin'), { recursive: true });
  const archive = scratch.path(packed.stdout.trim());
  expect(run('tar', ['-xzf', archive, '-C', join(project, 'node_modules')]).status).toBe(0);
  expect(run('mv', [join(project, 'node_modules', 'package'), installed]).status).toBe(0);
  // What the registry would bring: the dependencies of the package, and no others.
  const { dependencies } = JSON.parse(run('cat', [join(installed, 'package.json')]).stdout);
  symlinkSync(join(process.cwd(), 'node_modules'), join(scratch.path('.'), 'node_modules'));
  expect(Object.keys(dependencies).filter((name) => !existsSync(join('node_modules', name)))).toEqual([]);
  symlinkSync('../market-alignment/dist/cli/main.js', join(project, 'node_modules', '.bin', 'market-alignment'));
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "type": "module", "private": true }\n');
});

/** All files below a folder, with `/` between their names. */
const below = (folder: string) =>
  readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));

test('it holds what it needs, and no sources, maps or tests', () => {
  const top = readdirSync(installed).sort();
  for (const name of ['LICENSE', 'README.md', 'build', 'data', 'dist', 'package.json']) expect(top).toContain(name);
  for (const name of ['src', 'test', 'assembly', 'bench', 'node_modules']) expect(top).not.toContain(name);
  const files = below(installed);
  expect(files).toEqual(
    expect.arrayContaining(['build/release.wasm', 'dist/browser/highs.wasm', 'dist/browser/worker.js', 'site/main.js']),
  );
  expect(files.filter((name) => /\.map$|\.tsbuildinfo$|\.stamp$|test\.|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  // HiGHS is the heaviest: once is enough.
  expect(files.filter((name) => name.endsWith('highs.wasm'))).toHaveLength(1);
});

test('the command, from any folder', () => {
  const table = join(installed, 'data', 'tables', 'synthetic-2.csv');
  const command = join(project, 'node_modules', '.bin', 'market-alignment');
  // npm makes it executable when it installs.
  const solved = run(process.execPath, [command, 'solve', table, '--format', 'csv'], scratch.path('.'));
  expect(solved.status).toBe(0);
  expect(solved.stdout).toContain('0.92,0.92,23/25');
});

test('serve brings the page with its WebAssembly', async () => {
  const program = `import { startServer } from './node_modules/market-alignment/dist/server/server.js';
const server = await startServer({ limits: { runners: 1, threads: 1 } });
const paths = ['/', '/main.js', '/worker.js', '/kernel.wasm', '/highs.wasm', '/tables/synthetic-2.csv'];
const answers = await Promise.all(paths.map((path) => fetch(server.url + path)));
await Promise.all(answers.map((answer) => answer.arrayBuffer()));
await server.close();
console.log(answers.map(({ status }) => status).join());
`;
  writeFileSync(join(project, 'page.mjs'), program);
  expect(run(process.execPath, ['page.mjs'])).toEqual({ status: 0, stdout: '200,200,200,200,200,200\n', stderr: '' });
});

test('the Node example', () => {
  writeFileSync(join(project, 'market.mjs'), run('cat', [join(process.cwd(), 'examples/node/market.mjs')]).stdout);
  expect(run(process.execPath, ['market.mjs'])).toEqual({
    status: 0,
    stdout: 'best for Alice 1, worst equilibrium 1 (1 stable)\nAda: 3/4\nBo: 1\nAda + Bo: 1\n',
    stderr: '',
  });
});

test.each(['nodenext', 'bundler'])('its types, in a strict project that resolves as %s', (resolution) => {
  const program = `import { solve, parseTable, type SolveResult } from 'market-alignment';
import * as page from 'market-alignment/browser';
const result: SolveResult = await solve(parseTable(''), { ties: 'index', signal: new AbortController().signal });
const exact: string = result.worst.alice.exact;
const there: page.SolveResult = await page.solve(page.parseTable(''), { ties: 'index' });
// @ts-expect-error: there is no such tie rule.
await solve(parseTable(''), { ties: exact });
// @ts-expect-error: threads mean nothing in a page.
await page.solve(page.parseTable(''), { threads: 2 });
export { there };
`;
  writeFileSync(join(project, 'typed.ts'), program);
  const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
  const flags = [
    ...['--strict', '--noEmit', '--target', 'es2023', '--types', 'node', '--moduleResolution', resolution],
    ...['--module', resolution === 'bundler' ? 'esnext' : resolution],
    ...['--typeRoots', join(process.cwd(), 'node_modules/@types')],
  ];
  expect(run(process.execPath, [tsc, ...flags, 'typed.ts'])).toEqual({ status: 0, stdout: '', stderr: '' });
});
