// Bundles for browsers: the package's `market-alignment/browser` into dist/browser, the page into site/.
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Modules of Node that shared files import and a browser never calls. */
const absent = {
  'node:fs': ['readFileSync', 'createReadStream'],
  'node:fs/promises': ['open', 'readFile'],
  'node:buffer': ['isAscii'],
  'node:module': ['createRequire'],
  'node:path': ['join'],
};

/** Puts the browser's pool and timer in place of Node's, and leaves the rest of Node out. */
const withoutNode = {
  name: 'without-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/pool\.ts$/ }, ({ importer }) =>
      importer.includes(join('src', 'browser')) ? undefined : { path: join(root, 'src/browser/pool.ts') },
    );
    onResolve({ filter: /^node:timers\/promises$/ }, () => ({ path: join(root, 'src/browser/breath.ts') }));
    onResolve({ filter: /^csv-parse(\/sync)?$/ }, () => ({
      path: fileURLToPath(import.meta.resolve('csv-parse/browser/esm/sync')),
    }));
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'absent', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: (absent[path] ?? [])
        .map((name) => `export const ${name} = () => { throw new Error('${path} is not there in a browser'); };`)
        .join('\n'),
    }));
  },
};

const bundle = (options) =>
  build({
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [withoutNode],
    ...options,
  });

/** What the worker fetches from beside itself. */
function wasm(folder) {
  copyFileSync(join(root, 'build/release.wasm'), join(folder, 'kernel.wasm'));
  copyFileSync(join(root, 'node_modules/highs/build/highs.wasm'), join(folder, 'highs.wasm'));
}

/** dist/browser: the entry, its worker and their wasm. */
export async function buildBrowser() {
  const folder = join(root, 'dist/browser');
  mkdirSync(folder, { recursive: true });
  await bundle({
    entryPoints: [join(root, 'src/browser/index.ts'), join(root, 'src/browser/worker.ts')],
    outdir: folder,
  });
  // The compiler's output of the modules that were bundled.
  for (const name of readdirSync(folder))
    if (name.endsWith('.js') && !['index.js', 'worker.js'].includes(name)) rmSync(join(folder, name));
  wasm(folder);
}

/** site/: the page as files that any web server can host. */
export async function buildPage() {
  const folder = join(root, 'site');
  mkdirSync(folder, { recursive: true });
  await bundle({
    entryPoints: { main: join(root, 'web/main.ts'), worker: join(root, 'src/browser/worker.ts') },
    outdir: folder,
    splitting: true,
    chunkNames: 'chunk-[hash]',
  });
  for (const name of ['index.html', 'style.css']) copyFileSync(join(root, 'web', name), join(folder, name));
  cpSync(join(root, 'data/tables'), join(folder, 'tables'), { recursive: true });
  wasm(folder);
}
