/** What a method finds out about the stable schemes of one committee, in the market's integers. */
import type Fraction from 'fraction.js';
import type { Steps } from '../steps.ts';
import type { Market, Scheme } from './market.ts';

export interface StableSchemes {
  /** The smallest Alice total over stable schemes: V_min. */
  readonly alice: number;
  /** The lowest-ranked stable scheme with that total. */
  readonly scheme: Scheme;
  /** Number of stable schemes; null where the method does not count. */
  readonly count: bigint | null;
  /** Bit c is set where some stable scheme uses cell c; null where they are too many to list, see `asks`. */
  readonly cells: bigint | null;
  /**
   * Totals by player (Alice, then all Bobs) of stable schemes, such that every stable scheme has at least the Alice
   * total and at most the committee's totals of one of them; null unless asked for.
   */
  readonly rows: readonly Float64Array[] | null;
  /** In place of lists: answers to single questions. */
  readonly asks?: StableQuestions | undefined;
  /** Over randomised schemes, where those are not what randomised.ts says: with the receiver `bayes`. */
  readonly mixed?: MixedWorst | undefined;
}

/** The worst equilibrium over randomised schemes. */
export interface MixedWorst {
  /** By player, Alice first: expected totals of gains. */
  readonly totals: readonly Fraction[];
  /** By cell: how likely its state's policy is. */
  readonly probabilities: readonly Fraction[];
  /** Cells that some stable randomised scheme uses; null where they are not known. */
  readonly cells: bigint | null;
}

/** What cutting planes ask about stable schemes that are too many to list. */
export interface StableQuestions {
  /** Cells that some stable scheme is known to use. */
  readonly usedCells: ReadonlySet<number>;
  /** Whether some stable scheme uses the cell. */
  uses(cell: number): boolean | Steps<boolean>;
  /** Totals of a stable scheme with the largest Σ weights[i] · total of players[i] − aliceWeight · Alice's total. */
  largest(
    players: readonly number[],
    weights: readonly bigint[],
    aliceWeight: bigint,
  ): Float64Array | Steps<Float64Array>;
}

/** Cells with the largest gain of player `p`, by state. */
export function bestCells(market: Market, p: number): number[][] {
  const gains = market.gains[p]!;
  return market.states.map((_, state) => {
    const cells = Array.from(
      { length: market.firstCell[state + 1]! - market.firstCell[state]! },
      (_, policy) => market.firstCell[state]! + policy,
    );
    const most = Math.max(...cells.map((cell) => gains[cell]!));
    return cells.filter((cell) => gains[cell] === most);
  });
}

export function cellSet(cells: Iterable<number>): bigint {
  let set = 0n;
  for (const cell of cells) set |= 1n << BigInt(cell);
  return set;
}

/** The lowest-ranked scheme with Alice's largest total. */
export function optimalScheme(market: Market): Scheme {
  return bestCells(market, 0).map((cells, state) => cells[0]! - market.firstCell[state]!);
}

/**
 * The stable schemes of a market with one Bob: his monopoly schemes, those with his largest total (section 7.1). They
 * are the combinations of his best cells, so nothing is enumerated.
 * @param player 1 … k.
 */
export function monopolySchemes(market: Market, player: number): StableSchemes {
  const best = bestCells(market, player);
  const alice = market.gains[0]!;
  const worst = best.map((cells) => cells.reduce((least, cell) => (alice[cell]! < alice[least]! ? cell : least)));
  const total = worst.reduce((sum, cell) => sum + alice[cell]!, 0);
  return {
    alice: total,
    scheme: worst.map((cell, state) => cell - market.firstCell[state]!),
    count: best.reduce((product, cells) => product * BigInt(cells.length), 1n),
    cells: cellSet(best.flat()),
    rows: [Float64Array.from(market.gains, (gains) => worst.reduce((sum, cell) => sum + gains[cell]!, 0))],
  };
}

/** What is known before any search: Alice's optimal scheme is stable for every committee of two or more. */
export function optimalStable(market: Market): StableSchemes {
  const scheme = optimalScheme(market);
  const cells = scheme.map((policy, state) => market.firstCell[state]! + policy);
  return {
    alice: market.most[0]!,
    scheme,
    count: null,
    cells: cellSet(cells),
    rows: [Float64Array.from(market.gains, (gains) => cells.reduce((sum, cell) => sum + gains[cell]!, 0))],
  };
}
