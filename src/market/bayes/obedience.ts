/**
 * Obedience in sums (receiver `bayes`): a scheme is obedient iff, for every two messages m and n, what Alice gains by
 * policy m over policy n adds up to at least 0 over the states that name m. Messages that are not used add up to 0.
 */
import { InputError } from '../../errors.ts';
import { show } from '../../input/show.ts';
import type { Market } from '../market.ts';

export interface Obedience {
  /** By two messages, by cell: what it adds, whole numbers. A scheme obeys iff every sum is at least 0. */
  readonly rows: readonly Float64Array[];
  /** No obedient scheme has a larger deficit: Alice can always take the policy that is best without any message. */
  readonly reach: number;
}

/**
 * By state, the cell of each policy in the first state's order.
 * @throws InputError where states do not share one policy set
 */
export function sharedPolicies({ policies, states, firstCell }: Market): number[][] {
  const [first, ...others] = policies;
  const shared = new Set(first);
  const state = others.findIndex((own) => own.length !== shared.size || own.some((policy) => !shared.has(policy)));
  if (state >= 0)
    throw new InputError(
      `receiver bayes needs one policy set shared by all states; state ${show(states[state + 1]!)} has another than ${show(states[0]!)}`,
    );
  return policies.map((own, s) => first!.map((policy) => firstCell[s]! + own.indexOf(policy)));
}

/** @throws InputError where states do not share one policy set */
export function obedience(market: Market): Obedience {
  const cells = sharedPolicies(market);
  const alice = market.gains[0]!;
  const messages = cells[0]!.length;
  const rows: Float64Array[] = [];
  for (let m = 0; m < messages; m++)
    for (let n = 0; n < messages; n++) {
      if (m === n) continue;
      const gain = new Float64Array(alice.length);
      for (const own of cells) gain[own[m]!] = alice[own[m]!]! - alice[own[n]!]!;
      rows.push(gain);
    }
  const silent = cells[0]!.map((_, m) => cells.reduce((sum, own) => sum + alice[own[m]!]!, 0));
  return { rows, reach: market.most[0]! - Math.max(...silent) };
}
