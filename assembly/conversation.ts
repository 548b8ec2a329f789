/**
 * Profiles of the Bobs' conversation rules, each played out against Alice's best response (Algorithm 1, Definitions 4
 * to 6): her messages by backward induction, then the action. All numbers are integers held in f64: the
 * caller has checked that the largest sum stays below 2^53, so every comparison is exact.
 *
 * A private history of round r (from 0) holds Alice's and the Bob's messages in the order spoken, the first varying
 * slowest: before Alice speaks it is one of (MA·MB)^r, after it one of MA·(MA·MB)^r. A rule's table is
 *
 *     rule n   ->  x_B  ->  round 0: MA histories | round 1: MA·MB·MA histories | …  ->  weight of each of MB messages
 *                           ^ firstHistory[0] = 0   ^ firstHistory[1]
 *
 * Ties: the lowest action; of Alice's message vectors the lexicographically first, Bob 1's message counting first.
 */

import { playStraightforward } from './quantal';
import { MISSING, OK } from './status';

/** The game in the caller's memory: 32-bit words in this order. */
@unmanaged
export class Conversation {
  bobs: i32;
  rounds: i32;
  featuresA: i32;
  featuresB: i32;
  states: i32;
  actions: i32;
  messagesA: i32;
  messagesB: i32;
  /** Histories of all rounds together: the stride of x_B in a rule, in rows of messagesB weights. */
  histories: i32;
  /** Message vectors: messagesA ^ bobs. */
  vectors: i32;
  /** i32 [rounds] */
  firstHistory: usize;
  /** f64 [x_A][x_B][y] */
  prior: usize;
  /** f64 [x_A][x_B][action]: prior times Alice's utility, summed over y. */
  gain: usize;
  /** f64 [1 + bobs][action][y]: Alice, then the Bobs. */
  utility: usize;
  /** i32 [bobs + 1]: the first rule of each Bob in `rules`. */
  firstRule: usize;
  /** f64 tables as drawn above, all Bobs'. */
  rules: usize;
  /** i32 [bobs]: the rule that each Bob plays (counted over all Bobs); written here. */
  played: usize;
  /** i32 [rounds + 1][bobs]: histories before Alice speaks. */
  before: usize;
  /** i32 [rounds][bobs]: histories after she spoke. */
  after: usize;
  /** f64 [rounds · bobs + 1][x_B]: weights of x_B at each step of the recursion. */
  weights: usize;
  /** f64 [action][y]: the induced distribution under way (Definition 5). */
  induced: usize;
  /** f64 [x_A][x_B]: the prior summed over y, in gains per unit of utility (quantal response only). */
  mass: usize;
  /** i32 [rounds + 1]: where each round's belief vectors start in `beliefs` (quantal response only). */
  firstBelief: usize;
  /** f64 [belief][action]: Alice's messages as belief vectors (quantal response only). */
  beliefs: usize;
  /** f64 [action] */
  work: usize;
  /** f64 [x_A][x_B]: the largest gain over actions. */
  most: usize;
  /** f64 [rounds + 1]: what the weights sum up to from each round on, per unit of weight: the rules' denominators. */
  growth: usize;
}

function row(game: Conversation, bob: i32, x: i32, history: i32): usize {
  const rule = load<i32>(game.played + ((<usize>bob) << 2));
  return game.rules + ((<usize>((rule * game.featuresB + x) * game.histories + history) * game.messagesB) << 3);
}

/** Sets the histories after Alice's message vector number `vector` in round `round`. */
function speak(game: Conversation, round: i32, vector: i32): void {
  let rest = vector;
  for (let bob = game.bobs - 1; bob >= 0; bob--) {
    const message = rest % game.messagesA;
    rest /= game.messagesA;
    hear(game, round, bob, message);
  }
}

/** Alice says `message` to `bob`. */
export function hear(game: Conversation, round: i32, bob: i32, message: i32): void {
  const at = (<usize>(round * game.bobs + bob)) << 2;
  store<i32>(game.after + at, load<i32>(game.before + at) * game.messagesA + message);
}

/**
 * Weights of x_B once `bob` has answered `message`: step s's weights times the rule's. Returns whether any is left.
 * Also sets his history of the next round.
 */
export function answer(game: Conversation, round: i32, bob: i32, message: i32): bool {
  const step = round * game.bobs + bob;
  const from = game.weights + ((<usize>(step * game.featuresB)) << 3);
  const to = from + ((<usize>game.featuresB) << 3);
  const history = load<i32>(game.after + ((<usize>step) << 2));
  const entry = load<i32>(game.firstHistory + ((<usize>round) << 2)) + history;
  let left = false;
  for (let x = 0; x < game.featuresB; x++) {
    const at = (<usize>x) << 3;
    const before = load<f64>(from + at);
    const weight = before == 0 ? 0 : before * load<f64>(row(game, bob, x, entry) + ((<usize>message) << 3));
    store<f64>(to + at, weight);
    if (weight > 0) left = true;
  }
  if (left) store<i32>(game.before + ((<usize>(step + game.bobs)) << 2), history * game.messagesB + message);
  return left;
}

/** Alice's total where she stops talking with the weights of step `step`: her best action, lowest index first. */
function decide(game: Conversation, xA: i32, step: i32, add: bool): f64 {
  const weights = game.weights + ((<usize>(step * game.featuresB)) << 3);
  const actions = game.actions;
  let best: f64 = -Infinity;
  let chosen = 0;
  for (let a = 0; a < actions; a++) {
    let total: f64 = 0;
    for (let x = 0; x < game.featuresB; x++) {
      const weight = load<f64>(weights + ((<usize>x) << 3));
      if (weight > 0)
        total += weight * load<f64>(game.gain + ((<usize>((xA * game.featuresB + x) * actions + a)) << 3));
    }
    if (total > best) {
      best = total;
      chosen = a;
    }
  }
  if (add) {
    for (let y = 0; y < game.states; y++) addInduced(game, xA, weights, chosen, y, 1);
  }
  return best;
}

/** Adds `share` of the mass of (x_A, weights, y) to the induced distribution at (action, y). */
export function addInduced(game: Conversation, xA: i32, weights: usize, action: i32, y: i32, share: f64): void {
  let mass: f64 = 0;
  for (let x = 0; x < game.featuresB; x++) {
    const prior = load<f64>(game.prior + ((<usize>((xA * game.featuresB + x) * game.states + y)) << 3));
    mass += load<f64>(weights + ((<usize>x) << 3)) * prior;
  }
  const at = game.induced + ((<usize>(action * game.states + y)) << 3);
  store<f64>(at, load<f64>(at) + share * mass);
}

/** The Bobs from `bob` on answer; the total over all their answers. */
function answers(game: Conversation, xA: i32, round: i32, bob: i32, add: bool): f64 {
  if (bob == game.bobs) return talk(game, xA, round + 1, add);
  let total: f64 = 0;
  for (let message = 0; message < game.messagesB; message++) {
    if (answer(game, round, bob, message)) total += answers(game, xA, round, bob + 1, add);
  }
  return total;
}

/** No talk from round `round` on brings more than knowing x_B. */
function ceiling(game: Conversation, xA: i32, round: i32): f64 {
  const weights = game.weights + ((<usize>(round * game.bobs * game.featuresB)) << 3);
  let total: f64 = 0;
  for (let x = 0; x < game.featuresB; x++) {
    total += load<f64>(weights + ((<usize>x) << 3)) * load<f64>(game.most + ((<usize>(xA * game.featuresB + x)) << 3));
  }
  return total * load<f64>(game.growth + ((<usize>round) << 3));
}

/** Alice's best total from round `round` on; where `add`, her best response is also played into `induced`. */
function talk(game: Conversation, xA: i32, round: i32, add: bool): f64 {
  if (round == game.rounds) return decide(game, xA, round * game.bobs, add);
  const enough = ceiling(game, xA, round);
  let best: f64 = -Infinity;
  let chosen = 0;
  for (let vector = 0; vector < game.vectors && best < enough; vector++) {
    speak(game, round, vector);
    const total = answers(game, xA, round, 0, false);
    if (total > best) {
      best = total;
      chosen = vector;
    }
  }
  if (add) {
    speak(game, round, chosen);
    answers(game, xA, round, 0, true);
  }
  return best;
}

/** Writes the rules that profile `rank` plays: mixed radix, Bob 1 varying slowest. */
function choose(game: Conversation, rank: u64): void {
  let rest = rank;
  for (let bob = game.bobs - 1; bob >= 0; bob--) {
    const at = game.firstRule + ((<usize>bob) << 2);
    const first = load<i32>(at);
    const rules = <u64>(load<i32>(at + 4) - first);
    store<i32>(game.played + ((<usize>bob) << 2), first + <i32>(rest % rules));
    rest /= rules;
  }
}

function play(game: Conversation, xA: i32, lambda: f64): i32 {
  const k = game.bobs;
  memory.fill(game.before, 0, (<usize>k) << 2);
  for (let x = 0; x < game.featuresB; x++) store<f64>(game.weights + ((<usize>x) << 3), 1);
  if (lambda >= 0) return playStraightforward(game, xA, 0, lambda);
  talk(game, xA, 0, true);
  return OK;
}

/**
 * Plays `count` profiles from rank `first` on.
 * lambda    below 0: Alice best-responds; else she talks straightforwardly and decides by quantal response
 * payoffs   count · (1 + bobs) f64 out: Alice's and the Bobs' totals
 * induced   count · actions · states f64 out, or 0: the induced distributions
 * Cost a profile: x_A · (messagesA^bobs · answers)^rounds · x_B · actions. Returns Status.
 */
export function playProfiles(at: usize, first: u64, count: i32, lambda: f64, payoffs: usize, induced: usize): i32 {
  const game = changetype<Conversation>(at);
  const cells = game.actions * game.states;
  const players = 1 + game.bobs;
  for (let p = 0; p < count; p++) {
    choose(game, first + <u64>p);
    memory.fill(game.induced, 0, (<usize>cells) << 3);
    for (let xA = 0; xA < game.featuresA; xA++) {
      if (play(game, xA, lambda) != OK) return MISSING;
    }
    for (let player = 0; player < players; player++) {
      const utility = game.utility + ((<usize>(player * cells)) << 3);
      let total: f64 = 0;
      for (let cell = 0; cell < cells; cell++) {
        total += load<f64>(game.induced + ((<usize>cell) << 3)) * load<f64>(utility + ((<usize>cell) << 3));
      }
      store<f64>(payoffs + ((<usize>(p * players + player)) << 3), total);
    }
    if (induced != 0) memory.copy(induced + ((<usize>(p * cells)) << 3), game.induced, (<usize>cells) << 3);
  }
  return OK;
}
