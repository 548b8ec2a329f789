// The whole way from prompts to Figure 1 on a fresh machine, with no model: a stand-in answers (see stand-in.mjs).
//
//     node examples/elicit/run.mjs [folder]      default: out/elicit
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = process.argv[2] ?? join('out', 'elicit');
const PLANS = ['ethics.yaml', 'films.json', 'travel.yaml'];

/** Copies plans and items, but nothing that a run by hand has left, with the stand-in's own address in the plans. */
function prepare(url) {
  cpSync(here, folder, { recursive: true, filter: (path) => !/\.(mjs|elicit)$|ethics-personas/.test(path) });
  for (const plan of PLANS) {
    const text = readFileSync(join(folder, plan), 'utf8');
    writeFileSync(join(folder, plan), text.replace('http://127.0.0.1:8765/v1', url));
  }
}

function run(...args) {
  console.log(`\n$ market-alignment ${args.join(' ')}`);
  const script = join(here, '..', '..', 'scripts', 'run.mjs');
  const { status } = spawnSync(process.execPath, [script, 'start', ...args, '--format', 'table'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`ended with exit code ${status}`);
}

const at = (...names) => join(relative('.', folder) || '.', ...names);
const standIn = spawn(process.execPath, [join(here, 'stand-in.mjs'), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [line] = await once(standIn.stdout.setEncoding('utf8'), 'data');
  prepare(line.trim());
  run('elicit', at('ethics.yaml'));
  run('hull', at('ethics.elicit', 'scores.csv'), '--missing', 'drop-item', '--plot', at('figure-1a.svg'));
  run('elicit', at('films.json'));
  run('hull', at('films.elicit', 'scores.csv'), '--plot', at('figure-1b.svg'));
  run('elicit', at('travel.yaml'));
  run('solve', at('travel.elicit', 'table.csv'));
  console.log(`\nFigure 1 of a stand-in, not of a model: ${at('figure-1a.svg')} and ${at('figure-1b.svg')}`);
} finally {
  standIn.kill();
}
