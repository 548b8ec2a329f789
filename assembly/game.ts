/**
 * A finite conversation game as the kernels see it: its layout in the caller's memory, and what happens in it message by
 * message. All numbers are integers held in f64: the caller has checked that the largest sum stays below 2^53.
 *
 * A private history of round r (from 0) holds Alice's and the Bob's messages in the order spoken, the first varying
 * slowest: before Alice speaks it is one of (MA·MB)^r, after it one of MA·(MA·MB)^r. A rule's table is
 *
 *     rule n   ->  x_B  ->  round 0: MA histories | round 1: MA·MB·MA histories | …  ->  weight of each of MB messages
 *                           ^ firstHistory[0] = 0   ^ firstHistory[1]
 */

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

export function largest(values: usize, count: i32): f64 {
  let most = load<f64>(values);
  for (let i = 1; i < count; i++) most = max<f64>(most, load<f64>(values + ((<usize>i) << 3)));
  return most;
}
