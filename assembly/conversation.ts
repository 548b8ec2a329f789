/**
 * Profiles of a finite conversation game, one after the other: for each the exact distribution over (action, state)
 * that it induces when Alice plays a best response (Algorithm 1, Definitions 4 to 6): her messages by backward
 * induction, then the action. All numbers are integers held in f64: the caller has checked that the largest sum stays
 * below 2^53, so every comparison is exact.
 *
 * A private history of round r (from 0) holds Alice's and the Bob's messages in the order spoken, the first varying
 * slowest: before Alice speaks it is one of (MA·MB)^r, after it one of MA·(MA·MB)^r. A rule's table is
 *
 *     rule n   ->  x_B  ->  round 0: MA histories | round 1: MA·MB·MA histories | …  ->  weight of each of MB messages
 *                           ^ firstHistory[0] = 0   ^ firstHistory[1]
 *
 * Ties: the lowest action; of Alice's message vectors the lexicographically first, Bob 1's message counting first.
 *
 * Two things keep her from trying every vector. Features that no rule of the profile tells apart are one to her whatever
 * she asks: knowing the others is a ceiling on what talk can bring, and the search ends where it is reached. And messages
 * that the caller marked need no try, since an earlier one of the same history brings at least as much.
 */

import { playStraightforward } from './quantal';
import { ask, relabel } from './questions';
import { MISSING, OK, STALLED } from './status';

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
  /** 1 where no rule randomises: every row of weights is then one 1 among zeros. */
  deterministic: i32;
  /** Partitions of x_B that the last round's search keeps by Bob, so as not to try them twice. */
  memory: i32;
  /** i32 [rounds] */
  firstHistory: usize;
  /** f64 [x_A][x_B][y] */
  prior: usize;
  /** f64 [x_A][x_B][action]: prior times Alice's utility, summed over y. */
  gain: usize;
  /** f64 [x_A][x_B]: the prior summed over y, in gains per unit of utility. */
  mass: usize;
  /** i32 [bobs + 1]: the first rule of each Bob in `rules`. */
  firstRule: usize;
  /** f64 tables as drawn above, all Bobs'. */
  rules: usize;
  /** i32 [rule][x_B][history]: the message, where `deterministic`. */
  says: usize;
  /** u8 [rule][history]: 0, or SKIP, or EMPTY. */
  marks: usize;
  /** i32 [rule][x_B]: equal numbers for features that the rule never tells apart. */
  kinds: usize;
  /** f64 [bobs]: what a row of weights sums up to. */
  scales: usize;
  /** f64 [rounds + 1]: what the weights sum up to from each round on, per unit of weight: the rules' denominators. */
  growth: usize;
  /** i32 [rounds + 1]: where each round's belief vectors start in `beliefs` (quantal response only). */
  firstBelief: usize;
  /** f64 [belief][action]: Alice's messages as belief vectors (quantal response only). */
  beliefs: usize;
  /** i32 [bobs]: the rule that each Bob plays (counted over all Bobs); written here, as is all that follows. */
  played: usize;
  /** i32 [rounds + 1][bobs]: histories before Alice speaks. */
  before: usize;
  /** i32 [rounds][bobs]: histories after she spoke. */
  after: usize;
  /** f64 [rounds · bobs + 1][x_B]: weights of x_B at each step of the recursion. */
  weights: usize;
  /** f64 [action][y]: the induced distribution under way (Definition 5). */
  induced: usize;
  /** f64 [x_B][action] */
  totals: usize;
  /** i32 [bobs + 1][x_B]: the features that the first Bobs' rules together never tell apart. */
  joint: usize;
  /** i32 [bobs + 1]: how many kinds of features those are. */
  jointKinds: usize;
  /** i32 [rounds][bobs]: the vector under trial, and the best so far. */
  asked: usize;
  chosen: usize;
  /** f64 [rounds]: Alice's best total of the round under way, and the ceiling on it. */
  best: usize;
  enough: usize;
  /** i32 [bobs + 1][x_B]: partitions of x_B once the first Bobs have answered; -1 where x_B is ruled out. */
  labels: usize;
  /** i32 [x_B]: the best partition. */
  bestLabels: usize;
  /** i32 [bobs + 1][memory][x_B], and i32 [bobs + 1]: partitions tried already, and how many. */
  seen: usize;
  seenCount: usize;
  /** i32 [x_B · max(x_B, messagesB)] */
  pairs: usize;
  /** f64, from `firstCell` on (i32 [bobs + 1], in features): weights of x_B for each way the first Bobs can answer. */
  cells: usize;
  firstCell: usize;
  /** f64 [2]: innermost steps done, and the most that are allowed. */
  account: usize;
}

/** Alice never needs this message: an earlier one of the same history brings as much, whatever the others say. */
export const SKIP: u8 = 1;
/** Answers to this message say nothing about x_B. */
export const EMPTY: u8 = 2;

// Loops: the engine's bulk instructions cost more than these few words.
export function clear32(at: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<i32>(at + ((<usize>i) << 2), 0);
}

export function clear64(at: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f64>(at + ((<usize>i) << 3), 0);
}

export function copy32(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<i32>(to + ((<usize>i) << 2), load<i32>(from + ((<usize>i) << 2)));
}

export function ruleOf(game: Conversation, bob: i32): i32 {
  return load<i32>(game.played + ((<usize>bob) << 2));
}

/** Number of the history after Alice's `message`, among a rule's entries. */
export function entryOf(game: Conversation, round: i32, bob: i32, message: i32): i32 {
  const before = load<i32>(game.before + ((<usize>(round * game.bobs + bob)) << 2));
  return load<i32>(game.firstHistory + ((<usize>round) << 2)) + before * game.messagesA + message;
}

/** The weights of a rule's answers to x_B. */
export function row(game: Conversation, rule: i32, x: i32, entry: i32): usize {
  return game.rules + ((<usize>((rule * game.featuresB + x) * game.histories + entry) * game.messagesB) << 3);
}

export function markOf(game: Conversation, rule: i32, entry: i32): u8 {
  return load<u8>(game.marks + <usize>(rule * game.histories + entry));
}

export function gainOf(game: Conversation, xA: i32, x: i32): usize {
  return game.gain + ((<usize>((xA * game.featuresB + x) * game.actions)) << 3);
}

/** Counts innermost steps. */
export function spend(game: Conversation, steps: i32): void {
  store<f64>(game.account, load<f64>(game.account) + <f64>steps);
}

export function isOver(game: Conversation): bool {
  return load<f64>(game.account) > load<f64>(game.account, 8);
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
  const rule = ruleOf(game, bob);
  let left = false;
  for (let x = 0; x < game.featuresB; x++) {
    const at = (<usize>x) << 3;
    const before = load<f64>(from + at);
    const weight = before == 0 ? 0 : before * load<f64>(row(game, rule, x, entry) + ((<usize>message) << 3));
    store<f64>(to + at, weight);
    if (weight > 0) left = true;
  }
  spend(game, game.featuresB);
  if (left) store<i32>(game.before + ((<usize>(step + game.bobs)) << 2), history * game.messagesB + message);
  return left;
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

/** No talk from round `round` on brings more than knowing all that the profile's rules ever tell apart. */
function ceiling(game: Conversation, xA: i32, round: i32): f64 {
  const weights = game.weights + ((<usize>(round * game.bobs * game.featuresB)) << 3);
  const actions = game.actions;
  const kinds = load<i32>(game.jointKinds + ((<usize>game.bobs) << 2));
  const joint = game.joint + ((<usize>(game.bobs * game.featuresB)) << 2);
  clear64(game.totals, kinds * actions);
  for (let x = 0; x < game.featuresB; x++) {
    const weight = load<f64>(weights + ((<usize>x) << 3));
    if (weight == 0) continue;
    const gain = gainOf(game, xA, x);
    const total = game.totals + ((<usize>(load<i32>(joint + ((<usize>x) << 2)) * actions)) << 3);
    for (let a = 0; a < actions; a++) {
      const at = (<usize>a) << 3;
      store<f64>(total + at, load<f64>(total + at) + weight * load<f64>(gain + at));
    }
  }
  let total: f64 = 0;
  for (let kind = 0; kind < kinds; kind++) total += largest(game.totals + ((<usize>(kind * actions)) << 3), actions);
  return total * load<f64>(game.growth + ((<usize>round) << 3));
}

export function largest(values: usize, count: i32): f64 {
  let most = load<f64>(values);
  for (let i = 1; i < count; i++) most = max<f64>(most, load<f64>(values + ((<usize>i) << 3)));
  return most;
}

/** Tries Alice's messages to the Bobs from `bob` on, in lexicographic order, those to earlier Bobs being spoken. */
function tryVectors(game: Conversation, xA: i32, round: i32, bob: i32): void {
  const at = (<usize>round) << 3;
  if (bob == game.bobs) {
    const total = answers(game, xA, round, 0, false);
    if (total > load<f64>(game.best + at)) {
      store<f64>(game.best + at, total);
      const vector = (<usize>(round * game.bobs)) << 2;
      copy32(game.chosen + vector, game.asked + vector, game.bobs);
    }
    return;
  }
  const rule = ruleOf(game, bob);
  for (let message = 0; message < game.messagesA; message++) {
    if (markOf(game, rule, entryOf(game, round, bob, message)) == SKIP) continue;
    hear(game, round, bob, message);
    store<i32>(game.asked + ((<usize>(round * game.bobs + bob)) << 2), message);
    tryVectors(game, xA, round, bob + 1);
    if (load<f64>(game.best + at) >= load<f64>(game.enough + at) || isOver(game)) return;
  }
}

/** Alice's best total from round `round` on; where `add`, her best response is also played into `induced`. */
function talk(game: Conversation, xA: i32, round: i32, add: bool): f64 {
  const enough = ceiling(game, xA, round);
  if (round == game.rounds - 1) return ask(game, xA, enough, add);
  const at = (<usize>round) << 3;
  store<f64>(game.best + at, -Infinity);
  store<f64>(game.enough + at, enough);
  tryVectors(game, xA, round, 0);
  const best = load<f64>(game.best + at);
  if (add && !isOver(game)) {
    for (let bob = 0; bob < game.bobs; bob++)
      hear(game, round, bob, load<i32>(game.chosen + ((<usize>(round * game.bobs + bob)) << 2)));
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

/** The next profile; returns the first Bob whose rule changed. */
function advance(game: Conversation): i32 {
  for (let bob = game.bobs - 1; bob >= 0; bob--) {
    const at = (<usize>bob) << 2;
    const next = load<i32>(game.played + at) + 1;
    if (next < load<i32>(game.firstRule + at + 4)) {
      store<i32>(game.played + at, next);
      return bob;
    }
    store<i32>(game.played + at, load<i32>(game.firstRule + at));
  }
  return 0;
}

/** What the rules from `bob` on, with those before him, never tell apart. */
function join(game: Conversation, bob: i32): void {
  const features = <usize>game.featuresB;
  for (let b = bob; b < game.bobs; b++) {
    const from = game.joint + ((<usize>b * features) << 2);
    const kinds = game.kinds + ((<usize>ruleOf(game, b) * features) << 2);
    const count = load<i32>(game.jointKinds + ((<usize>b) << 2));
    const found = relabel(game, from, kinds, 4, game.featuresB, from + (features << 2), count);
    store<i32>(game.jointKinds + ((<usize>(b + 1)) << 2), found);
  }
  spend(game, (game.bobs - bob) * game.featuresB);
}

function play(game: Conversation, xA: i32, lambda: f64): i32 {
  let possible = false;
  for (let x = 0; x < game.featuresB; x++) {
    const at = (<usize>x) << 3;
    const weight: f64 = load<f64>(game.mass + ((<usize>(xA * game.featuresB)) << 3) + at) > 0 ? 1 : 0;
    store<f64>(game.weights + at, weight);
    if (weight > 0) possible = true;
  }
  if (!possible) return OK;
  clear32(game.before, game.bobs);
  if (lambda >= 0) return playStraightforward(game, xA, 0, lambda);
  talk(game, xA, 0, true);
  return OK;
}

/**
 * Plays `count` profiles from rank `first` on.
 * lambda    below 0: Alice best-responds; else she talks straightforwardly and decides by quantal response
 * induced   count · actions · states f64 out: the induced distributions
 * Cost a profile: at most x_A · (messagesA^bobs · answers)^rounds · x_B · actions; far less where rules repeat each other.
 * Returns Status: STALLED once `account` holds more steps than allowed; the profiles then have to be played again.
 */
export function playProfiles(at: usize, first: u64, count: i32, lambda: f64, induced: usize): i32 {
  const game = changetype<Conversation>(at);
  const cells = (<usize>(game.actions * game.states)) << 3;
  clear32(game.joint, game.featuresB);
  store<i32>(game.jointKinds, 1);
  choose(game, first);
  let changed = 0;
  for (let p = 0; p < count; p++) {
    if (p > 0) changed = advance(game);
    if (lambda < 0) join(game, changed);
    clear64(game.induced, game.actions * game.states);
    for (let xA = 0; xA < game.featuresA; xA++) {
      if (play(game, xA, lambda) != OK) return MISSING;
      if (isOver(game)) return STALLED;
    }
    memory.copy(induced + <usize>p * cells, game.induced, cells);
  }
  return OK;
}
