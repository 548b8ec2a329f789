/**
 * The last round of a conversation (game.ts): which message vector of Alice's brings her most. She goes through
 * the Bobs in order; what she knows once some have answered is a partition of the features of x_B, or, where rules
 * randomise, a list of weight vectors, one a way to answer. Vectors are tried in lexicographic order and only a larger
 * total replaces the best, so the first of the best is kept. A partition met before behind the same Bob leads to totals
 * met before: without randomising the search visits each partition once a Bob, not each vector.
 */

import {
  addInduced,
  Conversation,
  clear32,
  clear64,
  copy32,
  EMPTY,
  entryOf,
  gainOf,
  isOver,
  largest,
  markOf,
  row,
  ruleOf,
  SKIP,
  spend,
} from './game';

/**
 * The common refinement of the partition `from` and the labels at `second`, `stride` bytes apart, below `seconds`:
 * into `to`, numbered in order of first appearance; negative labels of `from` stay. Returns the number of blocks.
 */
export function relabel(
  game: Conversation,
  from: usize,
  second: usize,
  stride: usize,
  seconds: i32,
  to: usize,
  blocks: i32,
): i32 {
  clear32(game.pairs, blocks * seconds);
  let found = 0;
  for (let x = 0; x < game.featuresB; x++) {
    const at = (<usize>x) << 2;
    const label = load<i32>(from + at);
    if (label < 0) {
      store<i32>(to + at, -1);
      continue;
    }
    const pair = game.pairs + ((<usize>(label * seconds + load<i32>(second + <usize>x * stride))) << 2);
    let number = load<i32>(pair);
    if (number == 0) {
      number = ++found;
      store<i32>(pair, number);
    }
    store<i32>(to + at, number - 1);
  }
  return found;
}

/** Alice's best total of the last round; where `add`, her best response is also played into `induced`. */
export function ask(game: Conversation, xA: i32, enough: f64, add: bool): f64 {
  const round = game.rounds - 1;
  const at = (<usize>round) << 3;
  store<f64>(game.best + at, -Infinity);
  store<f64>(game.enough + at, enough);
  const weights = game.weights + ((<usize>(round * game.bobs * game.featuresB)) << 3);
  if (game.deterministic) {
    clear32(game.seenCount, game.bobs + 1);
    askPartition(game, xA, 0, start(game, weights));
    if (add && !isOver(game)) decidePartition(game, xA);
  } else {
    memory.copy(game.cells, weights, (<usize>game.featuresB) << 3);
    askCells(game, xA, 0, 1);
    if (add && !isOver(game)) decideCells(game, xA);
  }
  return load<f64>(game.best + at);
}

/** The partition of the possible features into one block. */
function start(game: Conversation, weights: usize): i32 {
  for (let x = 0; x < game.featuresB; x++)
    store<i32>(game.labels + ((<usize>x) << 2), load<f64>(weights + ((<usize>x) << 3)) > 0 ? 0 : -1);
  return 1;
}

function labelsOf(game: Conversation, bob: i32): usize {
  return game.labels + ((<usize>(bob * game.featuresB)) << 2);
}

/** Gains of each block and action into `totals`; the sum of each block's largest. */
function partitionValue(game: Conversation, xA: i32, labels: usize, blocks: i32): f64 {
  const actions = game.actions;
  clear64(game.totals, blocks * actions);
  for (let x = 0; x < game.featuresB; x++) {
    const label = load<i32>(labels + ((<usize>x) << 2));
    if (label < 0) continue;
    const gain = gainOf(game, xA, x);
    const total = game.totals + ((<usize>(label * actions)) << 3);
    for (let a = 0; a < actions; a++) {
      const at = (<usize>a) << 3;
      store<f64>(total + at, load<f64>(total + at) + load<f64>(gain + at));
    }
  }
  spend(game, game.featuresB * (actions + 1));
  let value: f64 = 0;
  for (let block = 0; block < blocks; block++)
    value += largest(game.totals + ((<usize>(block * actions)) << 3), actions);
  return value;
}

function isSame(a: usize, b: usize, count: i32): bool {
  for (let i = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    if (load<i32>(a + at) != load<i32>(b + at)) return false;
  }
  return true;
}

/** Whether the partition has been met behind `bob`; remembers it. */
function isKnown(game: Conversation, bob: i32): bool {
  const labels = labelsOf(game, bob);
  const size = (<usize>game.featuresB) << 2;
  const count = game.seenCount + ((<usize>bob) << 2);
  const known = load<i32>(count);
  const first = game.seen + <usize>(bob * game.memory) * size;
  for (let n = 0; n < known; n++) if (isSame(first + <usize>n * size, labels, game.featuresB)) return true;
  spend(game, (known >> 2) + 1);
  if (known < game.memory) {
    copy32(first + <usize>known * size, labels, game.featuresB);
    store<i32>(count, known + 1);
  }
  return false;
}

function askPartition(game: Conversation, xA: i32, bob: i32, blocks: i32): void {
  const at = (<usize>(game.rounds - 1)) << 3;
  const labels = labelsOf(game, bob);
  // As fine as all rules together: no answer adds anything.
  if (bob == game.bobs || blocks == load<i32>(game.jointKinds + ((<usize>game.bobs) << 2))) {
    const value = partitionValue(game, xA, labels, blocks);
    if (value > load<f64>(game.best + at)) {
      store<f64>(game.best + at, value);
      copy32(game.bestLabels, labels, game.featuresB);
    }
    return;
  }
  const rule = ruleOf(game, bob);
  const stride = (<usize>game.histories) << 2;
  for (let message = 0; message < game.messagesA; message++) {
    const entry = entryOf(game, game.rounds - 1, bob, message);
    const mark = markOf(game, rule, entry);
    if (mark == SKIP) continue;
    const says = game.says + ((<usize>(rule * game.featuresB * game.histories + entry)) << 2);
    const next = labelsOf(game, bob + 1);
    const found = relabel(game, labels, says, stride, game.messagesB, next, blocks);
    spend(game, 2 * game.featuresB);
    if (isKnown(game, bob + 1)) continue;
    askPartition(game, xA, bob + 1, found);
    if (load<f64>(game.best + at) >= load<f64>(game.enough + at) || isOver(game)) return;
  }
}

/** Plays the best partition: each block's action is the best, lowest index first. */
function decidePartition(game: Conversation, xA: i32): void {
  const actions = game.actions;
  let blocks = 0;
  for (let x = 0; x < game.featuresB; x++) blocks = max(blocks, load<i32>(game.bestLabels + ((<usize>x) << 2)) + 1);
  partitionValue(game, xA, game.bestLabels, blocks);
  for (let x = 0; x < game.featuresB; x++) {
    const label = load<i32>(game.bestLabels + ((<usize>x) << 2));
    if (label < 0) continue;
    const action = bestAction(game.totals + ((<usize>(label * actions)) << 3), actions);
    const prior = game.prior + ((<usize>((xA * game.featuresB + x) * game.states)) << 3);
    const induced = game.induced + ((<usize>(action * game.states)) << 3);
    for (let y = 0; y < game.states; y++) {
      const to = (<usize>y) << 3;
      store<f64>(induced + to, load<f64>(induced + to) + load<f64>(prior + to));
    }
  }
}

function bestAction(totals: usize, actions: i32): i32 {
  let best = 0;
  for (let a = 1; a < actions; a++) {
    if (load<f64>(totals + ((<usize>a) << 3)) > load<f64>(totals + ((<usize>best) << 3))) best = a;
  }
  return best;
}

function cellsOf(game: Conversation, bob: i32): usize {
  return game.cells + ((<usize>(load<i32>(game.firstCell + ((<usize>bob) << 2)) * game.featuresB)) << 3);
}

/** Alice's totals by action with the weights of one cell. */
function weigh(game: Conversation, xA: i32, cell: usize): void {
  const actions = game.actions;
  clear64(game.totals, actions);
  for (let x = 0; x < game.featuresB; x++) {
    const weight = load<f64>(cell + ((<usize>x) << 3));
    if (weight == 0) continue;
    const gain = gainOf(game, xA, x);
    for (let a = 0; a < actions; a++) {
      const at = (<usize>a) << 3;
      store<f64>(game.totals + at, load<f64>(game.totals + at) + weight * load<f64>(gain + at));
    }
  }
}

/** The cells before `bob`, split by his answers to `message`. Returns how many there are then. */
function splitCells(game: Conversation, bob: i32, count: i32, entry: i32, mark: u8): i32 {
  const features = game.featuresB;
  const size = (<usize>features) << 3;
  const rule = ruleOf(game, bob);
  let from = cellsOf(game, bob);
  let to = cellsOf(game, bob + 1);
  spend(game, count * features * (mark == EMPTY ? 1 : game.messagesB));
  if (mark == EMPTY) {
    const scale = load<f64>(game.scales + ((<usize>bob) << 3));
    for (let i = 0; i < count * features; i++) {
      const at = (<usize>i) << 3;
      store<f64>(to + at, scale * load<f64>(from + at));
    }
    return count;
  }
  let found = 0;
  for (let cell = 0; cell < count; cell++) {
    for (let answer = 0; answer < game.messagesB; answer++) {
      let left = false;
      for (let x = 0; x < features; x++) {
        const at = (<usize>x) << 3;
        const before = load<f64>(from + at);
        const weight = before == 0 ? 0 : before * load<f64>(row(game, rule, x, entry) + ((<usize>answer) << 3));
        store<f64>(to + at, weight);
        if (weight > 0) left = true;
      }
      if (left) {
        to += size;
        found++;
      }
    }
    from += size;
  }
  return found;
}

function askCells(game: Conversation, xA: i32, bob: i32, count: i32): void {
  const round = game.rounds - 1;
  const at = (<usize>round) << 3;
  if (bob == game.bobs) {
    let value: f64 = 0;
    const first = cellsOf(game, bob);
    for (let cell = 0; cell < count; cell++) {
      weigh(game, xA, first + ((<usize>(cell * game.featuresB)) << 3));
      value += largest(game.totals, game.actions);
    }
    spend(game, count * game.featuresB * game.actions);
    if (value > load<f64>(game.best + at)) {
      store<f64>(game.best + at, value);
      const vector = (<usize>(round * game.bobs)) << 2;
      copy32(game.chosen + vector, game.asked + vector, game.bobs);
    }
    return;
  }
  const rule = ruleOf(game, bob);
  for (let message = 0; message < game.messagesA; message++) {
    const entry = entryOf(game, round, bob, message);
    const mark = markOf(game, rule, entry);
    if (mark == SKIP) continue;
    store<i32>(game.asked + ((<usize>(round * game.bobs + bob)) << 2), message);
    askCells(game, xA, bob + 1, splitCells(game, bob, count, entry, mark));
    if (load<f64>(game.best + at) >= load<f64>(game.enough + at) || isOver(game)) return;
  }
}

/** Plays the best vector: in each cell the best action, lowest index first. */
function decideCells(game: Conversation, xA: i32): void {
  const round = game.rounds - 1;
  let count = 1;
  for (let bob = 0; bob < game.bobs; bob++) {
    const message = load<i32>(game.chosen + ((<usize>(round * game.bobs + bob)) << 2));
    const entry = entryOf(game, round, bob, message);
    count = splitCells(game, bob, count, entry, markOf(game, ruleOf(game, bob), entry));
  }
  let cell = cellsOf(game, game.bobs);
  for (let i = 0; i < count; i++) {
    weigh(game, xA, cell);
    const action = bestAction(game.totals, game.actions);
    for (let y = 0; y < game.states; y++) addInduced(game, xA, cell, action, y, 1);
    cell += (<usize>game.featuresB) << 3;
  }
}
