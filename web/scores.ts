/** Scores in the page: the fits of all providers to Alice, and Figures 1 and 2. */
import { type HullResult, hull } from '../src/browser/index.ts';
import { estimateSeconds } from '../src/hull/orders.ts';
import { block } from './dom.ts';
import { showFits } from './fits.ts';
import { compute } from './place.ts';
import { complain, say } from './status.ts';

const ORDERS = 20;
const FOLDS = 5;
/** Seconds of estimated fitting beyond which the server does it: about 1,000 Bobs. */
const MOST_SECONDS_HERE = 2;

let fitted: HullResult | undefined;

/** What is shown; undefined while there is none. */
export const fittedResult = () => fitted;

export function leaveScores(): void {
  fitted = undefined;
  block('hull-answer').hidden = true;
}

/** Draws what has been computed again. */
export async function showScores(): Promise<void> {
  if (!fitted) return;
  showFits(fitted);
  const { hullFigureList, showFigures } = await import('./figures.ts');
  await showFigures(block('figures'), hullFigureList(fitted));
}

/** Fits scores and then shows the fits: until then, what was shown stays. */
export function openScores(text: string, onShown: () => void): Promise<void> {
  const columns = text.split('\n', 1)[0]!.split(',').length;
  return compute<HullResult>({
    kind: 'hull',
    csv: text,
    query: `permutations=${ORDERS}&folds=${FOLDS}`,
    large: estimateSeconds(columns, ORDERS * columns, FOLDS, 1) > MOST_SECONDS_HERE,
    here: (run) => hull(text, { ...run, permutations: ORDERS, folds: FOLDS }),
    async show(result, how) {
      fitted = result;
      onShown();
      block('hull-answer').hidden = false;
      say(
        `${result.items} items, ${result.bobs.length} providers, ${ORDERS} random orders, ${result.folds} folds, ${how}.`,
      );
      await showScores().catch(complain);
    },
  });
}
