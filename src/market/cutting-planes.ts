/**
 * Misalignment over cells (Remark 5) where stable schemes are too many to list: solve on the cells known to be used, ask
 * for a stable scheme through each cell that the solution violates, add its cells, repeat. Rows that hold anyway change
 * nothing, so the answer is that of the full program.
 */
import type { LinearSolver } from '../lp/program.ts';
import { answered, type Steps } from '../steps.ts';
import type { CommitteeMask, Market } from './market.ts';
import { type ExactMisalignment, misalignmentSteps } from './misalignment.ts';
import type { WeightSet } from './results.ts';
import { cellSet, type StableQuestions } from './stable.ts';

/** Whether the cell's row breaks w·U + c <= u_A + epsilon. */
function violates(market: Market, { w, offset, epsilon }: ExactMisalignment, cell: number): boolean {
  let excess = offset.sub(epsilon).sub(market.exactUtilities[0]![cell]!);
  for (const [bob, weight] of w) excess = excess.add(weight.mul(market.exactUtilities[bob + 1]![cell]!));
  return excess.compare(0) > 0;
}

/** @throws TooLargeError where a question's search is too long. */
export function* misalignmentByCuts(
  market: Market,
  committee: CommitteeMask,
  weights: WeightSet,
  asks: StableQuestions,
  solver?: LinearSolver,
): Steps<ExactMisalignment> {
  const cells = Array.from({ length: market.firstCell.at(-1)! }, (_, cell) => cell);
  for (;;) {
    const known = new Set(asks.usedCells);
    const evidence = { cells: cellSet(known) };
    const solved = yield* misalignmentSteps(market, committee, { scope: 'cells', weights }, evidence, solver);
    const open = cells.filter((cell) => !known.has(cell) && violates(market, solved, cell));
    // One question may bring many cells; those it brings are not asked for again.
    let news = false;
    for (const cell of open) {
      news = yield* answered(asks.uses(cell));
      if (news) break;
    }
    if (!news) return solved;
  }
}
