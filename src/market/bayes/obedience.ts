/**
 * Obedience in sums (receiver `bayes`): a scheme is obedient iff, for every two messages m and n, what Alice gains by
 * policy m over policy n adds up to at least 0 over the states that name m. Messages that are not used add up to 0.
 */
import { InputError } from '../../errors.ts';
import { show } from '../../input/show.ts';
import type { Market } from '../market.ts';

/** One such sum: at least 0 for schemes that obey. */
export interface ObedienceRow {
  /** By cell: what it adds, whole numbers. */
  readonly gain: Float64Array;
  /** The same shifted to whole numbers >= 0 with 0 in every state, and what they must add up to. */
  readonly value: Float64Array;
  readonly least: number;
}

export interface Obedience {
  readonly rows: readonly ObedienceRow[];
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
  const rows: ObedienceRow[] = [];
  for (let m = 0; m < messages; m++)
    for (let n = 0; n < messages; n++) {
      if (m === n) continue;
      const [gain, value] = [new Float64Array(alice.length), new Float64Array(alice.length)];
      let least = 0;
      for (const own of cells) {
        const difference = alice[own[m]!]! - alice[own[n]!]!;
        gain[own[m]!] = difference;
        if (difference < 0) {
          for (const cell of own) if (cell !== own[m]) value[cell] = -difference;
          least -= difference;
        } else value[own[m]!] = difference;
      }
      rows.push({ gain, value, least });
    }
  const silent = cells[0]!.map((_, m) => cells.reduce((sum, own) => sum + alice[own[m]!]!, 0));
  return { rows, reach: market.most[0]! - Math.max(...silent) };
}
