/** `npm run bench [name …]`: runs the benchmarks named, or all of them. */

import { compose } from './compose.ts';

/** By name; each module's `run` checks, measures, prints and saves. */
const benches: Record<string, () => Promise<{ run: () => Promise<void> }>> = {
  scan: () => import('./scan.ts'),
  search: () => import('./search.ts'),
  bayes: () => import('./bayes.ts'),
  hull: () => import('./hull.ts'),
  game: () => import('./game.ts'),
  serve: () => import('./serve.ts'),
  queue: () => import('./queue.ts'),
  elicit: () => import('./elicit.ts'),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`no bench named ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
// At the end, BENCHMARKS.md from all that was ever saved here.
for (const name of asked.length > 0 ? asked : Object.keys(benches)) await (await benches[name]!()).run();
await compose(Object.keys(benches));
