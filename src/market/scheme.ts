/** Schemes: one policy a state. Names, ranks (mixed radix, the first state slowest), totals and expected utilities. */
import Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import type { Market, Scheme } from './market.ts';

/**
 * The policies that a scheme names, one a state in the table's order.
 * @example schemeNames({ policies: [['stay', 'go'], ['stay', 'go']] }, [1, 0]) // ['go', 'stay']
 */
export function schemeNames(market: Pick<Market, 'policies'>, scheme: Scheme): string[] {
  return market.policies.map((policies, s) => policies[scheme[s]!]!);
}

/**
 * The scheme's rank: mixed radix, the first state varying slowest, policies in the table's order.
 * @example schemeRank({ policies: [['a', 'b'], ['a', 'b', 'c']] }, [1, 2]) // 5n
 */
export function schemeRank(market: Pick<Market, 'policies'>, scheme: Scheme): bigint {
  return market.policies.reduce((rank, policies, s) => rank * BigInt(policies.length) + BigInt(scheme[s]!), 0n);
}

/**
 * The scheme of a rank.
 * @throws InputError where there is none: ranks run from 0 to `market.schemes - 1`.
 * @example schemeOfRank({ policies: [['a', 'b'], ['a', 'b', 'c']], schemes: 6n }, 5n) // [1, 2]
 */
export function schemeOfRank(market: Pick<Market, 'policies' | 'schemes'>, rank: bigint): Scheme {
  if (rank < 0n || rank >= market.schemes)
    throw new InputError(`rank of a scheme must be from 0 to ${market.schemes - 1n}, got ${rank}`);
  const scheme: number[] = [];
  let rest = rank;
  for (const policies of market.policies.toReversed()) {
    const radix = BigInt(policies.length);
    scheme.push(Number(rest % radix));
    rest /= radix;
  }
  return scheme.reverse();
}

/**
 * Total of gains along a scheme, by player (0 Alice, j + 1 Bob j): whole numbers, exact.
 * @example totalsOf({ gains: [new Float64Array([3, 0, 1, 0])], firstCell: [0, 2, 4] }, [0, 0]) // [4]
 */
export function totalsOf(market: Pick<Market, 'gains' | 'firstCell'>, scheme: Scheme): number[] {
  return market.gains.map((gains) =>
    scheme.reduce((total, policy, s) => total + gains[market.firstCell[s]! + policy]!, 0),
  );
}

/**
 * The expected utility that a total of gains stands for: base + unit · total.
 * @example
 * const market = exactMarket(parseTable('state,policy,alice,B\nrain,stay,0.5,1\nrain,go,0.25,0\n'));
 * utilityOf(market, 0, 1).toFraction() // '1/2'
 */
export function utilityOf(market: Pick<Market, 'base' | 'unit'>, player: number, total: number | bigint): Fraction {
  return market.base[player]!.add(market.unit[player]!.mul(new Fraction(BigInt(total))));
}
