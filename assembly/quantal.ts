/**
 * Alice talking straightforwardly and deciding by quantal response (Definitions 10 to 12), on the game laid out in
 * game.ts. Her message is the number of her belief vector among those of the round, the same to every Bob;
 * equal beliefs are equal doubles, since both sides of every division are exact integers.
 */
import { addInduced, answer, Conversation, hear } from './game';
import { MISSING, OK } from './status';

/** Her belief vector (expected utility of each action, in units of utility) into `totals`. Returns the mass. */
function believe(game: Conversation, xA: i32, step: i32): f64 {
  const weights = game.weights + ((<usize>(step * game.featuresB)) << 3);
  let mass: f64 = 0;
  for (let x = 0; x < game.featuresB; x++) {
    mass += load<f64>(weights + ((<usize>x) << 3)) * load<f64>(game.mass + ((<usize>(xA * game.featuresB + x)) << 3));
  }
  if (mass == 0) return 0;
  for (let a = 0; a < game.actions; a++) {
    let total: f64 = 0;
    for (let x = 0; x < game.featuresB; x++) {
      const gain = load<f64>(game.gain + ((<usize>((xA * game.featuresB + x) * game.actions + a)) << 3));
      total += load<f64>(weights + ((<usize>x) << 3)) * gain;
    }
    store<f64>(game.totals + ((<usize>a) << 3), total / mass);
  }
  return mass;
}

/** The number of the belief vector in `totals` among the round's, or -1. */
function messageOf(game: Conversation, round: i32): i32 {
  const first = load<i32>(game.firstBelief + ((<usize>round) << 2));
  const last = load<i32>(game.firstBelief + ((<usize>(round + 1)) << 2));
  for (let n = first; n < last; n++) {
    const belief = game.beliefs + ((<usize>(n * game.actions)) << 3);
    let a = 0;
    while (a < game.actions && load<f64>(belief + ((<usize>a) << 3)) == load<f64>(game.totals + ((<usize>a) << 3))) a++;
    if (a == game.actions) return n - first;
  }
  return -1;
}

/** Quantal response on the beliefs in `totals`: probabilities in the ratio exp(lambda · belief). */
function decideQuantal(game: Conversation, xA: i32, step: i32, lambda: f64): void {
  const weights = game.weights + ((<usize>(step * game.featuresB)) << 3);
  let highest: f64 = load<f64>(game.totals);
  for (let a = 1; a < game.actions; a++) highest = max<f64>(highest, load<f64>(game.totals + ((<usize>a) << 3)));
  let sum: f64 = 0;
  for (let a = 0; a < game.actions; a++) {
    const at = game.totals + ((<usize>a) << 3);
    const share = Math.exp(lambda * (load<f64>(at) - highest));
    store<f64>(at, share);
    sum += share;
  }
  for (let a = 0; a < game.actions; a++) {
    const share = load<f64>(game.totals + ((<usize>a) << 3)) / sum;
    for (let y = 0; y < game.states; y++) addInduced(game, xA, weights, a, y, share);
  }
}

function answersQuantal(game: Conversation, xA: i32, round: i32, bob: i32, lambda: f64): i32 {
  if (bob == game.bobs) return playStraightforward(game, xA, round + 1, lambda);
  for (let message = 0; message < game.messagesB; message++) {
    if (answer(game, round, bob, message)) {
      if (answersQuantal(game, xA, round, bob + 1, lambda) != OK) return MISSING;
    }
  }
  return OK;
}

/** Plays round `round` and what follows for one x_A, into `induced`. Returns Status: MISSING where a belief is unknown. */
export function playStraightforward(game: Conversation, xA: i32, round: i32, lambda: f64): i32 {
  if (believe(game, xA, round * game.bobs) == 0) return OK;
  if (round == game.rounds) {
    decideQuantal(game, xA, round * game.bobs, lambda);
    return OK;
  }
  const message = messageOf(game, round);
  if (message < 0) return MISSING;
  for (let bob = 0; bob < game.bobs; bob++) hear(game, round, bob, message);
  return answersQuantal(game, xA, round, 0, lambda);
}
