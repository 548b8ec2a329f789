// `npm start`, `npm test` and `npm run bench`: installs and builds what is missing, then runs the job. Uses Node only.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, 'node_modules', '.package-lock.json');
const [job, ...args] = process.argv.slice(2);

const commands = {
  start: () => [join(root, 'dist', 'cli', 'main.js'), ...(args.length > 0 ? args : ['reproduce'])],
  test: () => [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args],
  bench: () => ['--import', 'tsx', join(root, 'bench', 'index.ts'), ...args],
};

function finish(result) {
  if (result.error) process.stderr.write(`${result.error.message}\n`);
  process.exit(result.status ?? (result.signal === 'SIGINT' ? 130 : 1));
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) {
  process.stderr.write('installing dependencies …\n');
  const shell = process.platform === 'win32';
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (result.status !== 0) finish(result);
}
try {
  const { build } = await import('./build.mjs');
  await build();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// Ctrl-C reaches the child as well: let it finish cleanly and report its code.
process.on('SIGINT', () => {});
finish(spawnSync(process.execPath, commands[job](), { cwd: job === 'start' ? process.cwd() : root, stdio: 'inherit' }));
