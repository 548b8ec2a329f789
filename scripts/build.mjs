// Builds what is out of date: the wasm in build/ (three targets), then the JavaScript in dist/.
// A stamp holds the digest of the inputs and is written last, so an interrupted build is built again.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const files = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => files(join(path, name)))
    : [path];

function digest(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const file of paths.flatMap((path) => files(join(root, path)))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function run(script, args) {
  return new Promise((resolve, reject) => {
    // The child's output goes to stderr: stdout belongs to the command that needed the build.
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} ${args.join(' ')}: exit ${code}`)),
    );
  });
}

async function step(name, folder, inputs, make) {
  const stamp = join(root, folder, '.stamp');
  const wanted = digest(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write(`building ${name} …\n`);
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  await make();
  writeFileSync(stamp, wanted);
}

/** Brings build/ and dist/ up to date; does nothing when they are. */
export async function build() {
  await step('WebAssembly', 'build', ['assembly', 'asconfig.json', 'package-lock.json'], () =>
    Promise.all(
      ['release', 'scalar', 'debug'].map((target) =>
        run('assemblyscript/bin/asc.js', ['--config', 'asconfig.json', '--target', target]),
      ),
    ),
  );
  await step('JavaScript', 'dist', ['src', 'tsconfig.json', 'build/release.d.ts', 'package-lock.json'], () =>
    // The bundles for browsers lie in dist/ as well: they are made again.
    run('typescript/bin/tsc', ['-p', 'tsconfig.json']).finally(() =>
      rmSync(join(root, 'site/.stamp'), { force: true }),
    ),
  );
  // Loaded late: with `npm ci --omit=dev` there is no esbuild, and nothing to build either.
  await step(
    'page',
    'site',
    ['src', 'web', 'data/tables', 'scripts/browser.mjs', 'build/release.d.ts', 'package-lock.json'],
    async () => {
      const { buildBrowser, buildPage } = await import('./browser.mjs');
      await buildBrowser();
      await buildPage();
    },
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await build().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
