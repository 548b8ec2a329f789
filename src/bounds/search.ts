/** One-dimensional minimisation for the bounds' free parameters: a grid, then golden section around its best point. */

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The x in [low, high], both above 0, that minimises `loss`, searched on a logarithmic scale. */
export function minimise(loss: (x: number) => number, low: number, high: number, points = 200): number {
  const at = (step: number) => Math.log(low) + (step / points) * Math.log(high / low);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= points; step++) {
    const value = loss(Math.exp(at(step)));
    if (value < least) [best, least] = [step, value];
  }
  let [from, to] = [at(Math.max(0, best - 1)), at(Math.min(points, best + 1))];
  for (let round = 0; round < 100; round++) {
    const [left, right] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
    if (loss(Math.exp(left)) <= loss(Math.exp(right))) to = right;
    else from = left;
  }
  const found = Math.exp((from + to) / 2);
  return loss(found) <= least ? found : Math.exp(at(best));
}
