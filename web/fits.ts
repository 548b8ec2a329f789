/** What the page says of scores: how close each way of mixing all providers comes to Alice, and who carries the mix. */
import type { HullResult } from '../src/browser/index.ts';
import { fact, short } from './answer.ts';
import { block, make, table } from './dom.ts';

/** Providers with the largest weights that are listed. */
const MOST_WEIGHTS = 12;

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

export function showFits(result: HullResult): void {
  const { best, average, nnls, simplex } = result.curve.at(-1)!;
  const share = best.mse > 0 ? 1 - simplex.mse / best.mse : 0;
  const gain =
    share >= 0.0005
      ? `, ${percent(share)} less than the best single provider`
      : ', no less than the best single provider';
  const shown = result.weights.slice(0, MOST_WEIGHTS);
  const rest = result.weights.length - shown.length;
  block('fits').replaceChildren(
    make('p', { class: 'headline' }, make('span', {}, short(simplex.mse))),
    make('div', {}, `mean squared error of the best mix of all ${result.bobs.length} providers${gain}.`),
    make(
      'dl',
      { class: 'facts' },
      fact('Best single provider', [short(best.mse)], 'chosen on the other folds'),
      fact('Simple average', [short(average.mse)]),
      fact('NNLS', [short(nnls.mse)], `${short(nnls.nonzero)} with weight`),
      fact('Simplex', [short(simplex.mse)], `${short(simplex.nonzero)} with weight`),
    ),
    make('h3', {}, 'Who carries the mix'),
    table(
      'Weights of the providers, all together',
      ['Provider', 'NNLS', 'Simplex'],
      shown.map(({ bob, nnls: cone, simplex: weight }) => [bob, cone.mean.toFixed(4), weight.mean.toFixed(4)]),
    ),
    ...(rest > 0 ? [make('p', { class: 'note' }, `and ${rest} more with less weight`)] : []),
  );
}
