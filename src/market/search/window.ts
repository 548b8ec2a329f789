/**
 * How far below OPT an equilibrium can lie, before any table is built: linear relaxations against thresholds that
 * corners of the Bobs' envelopes prove. Large markets become small here, since the gaps between conflicting Bobs grow
 * with the number of states and the rounding of the relaxation does not.
 */
import type { Kernel } from '../../kernel/instance.ts';
import { Relaxation } from '../../kernel/relaxation.ts';
import type { Steps } from '../../steps.ts';
import { type Gains, monopolyDeficit } from './deficits.ts';

/** Linear relaxations of all Bobs of a market, numbered from 0. Release them. */
export function relaxationOf(kernel: Kernel, { firstCell, gains, most }: Gains, loss: Float64Array): Relaxation {
  return new Relaxation(kernel, { firstCell, loss, gains: gains.slice(1), most: most.slice(1) });
}

/**
 * Every stable scheme has at most this deficit.
 * @param relaxation of the market's Bobs
 * @param loss by cell, from `losses`
 * @param players the committee's player numbers, at least two
 */
export function* windowOf(
  relaxation: Relaxation,
  market: Gains,
  loss: Float64Array,
  players: readonly number[],
): Steps<number> {
  const reach = leastMonopoly(market, loss, players);
  if (reach === 0) return 0;
  return yield* relaxation.window(
    players.map((player) => player - 1),
    reach,
  );
}

/** The same, for one committee. */
export function* windowSteps(
  kernel: Kernel,
  market: Gains,
  loss: Float64Array,
  players: readonly number[],
): Steps<number> {
  const relaxation = relaxationOf(kernel, market, loss);
  try {
    return yield* windowOf(relaxation, market, loss, players);
  } finally {
    relaxation.release();
  }
}

/** The least deficit of the Bobs' worst monopoly schemes: nothing below is stable. */
export function leastMonopoly(market: Gains, loss: Float64Array, players: readonly number[]): number {
  return Math.min(...players.map((player) => monopolyDeficit(market, loss, player)));
}
