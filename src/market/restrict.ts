/** A market seen with some of its Bobs only. */
import type { Market } from './market.ts';

/** The same market with these Bobs only (positions in the table's order); integers and schemes stay as they are. */
export function restrict(market: Market, bobs: readonly number[]): Market {
  const players = [0, ...bobs.map((bob) => bob + 1)];
  const pick = <T>(values: readonly T[]) => players.map((player) => values[player]!);
  return {
    ...market,
    bobs: bobs.map((bob) => market.bobs[bob]!),
    utilities: pick(market.utilities),
    exactUtilities: pick(market.exactUtilities),
    gains: pick(market.gains),
    base: pick(market.base),
    unit: pick(market.unit),
    most: pick(market.most),
  };
}
