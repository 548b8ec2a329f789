/**
 * Profiles of a finite conversation game, one after the other: for each the exact distribution over (action, state)
 * that it induces when Alice plays a best response (Algorithm 1, Definitions 4 to 6): her messages by backward
 * induction, then the action. The game lies in memory as game.ts says; every comparison is exact.
 *
 * Ties: the lowest action; of Alice's message vectors the lexicographically first, Bob 1's message counting first.
 *
 * Two things keep her from trying every vector. Features that no rule of the profile tells apart are one to her whatever
 * she asks: knowing the others is a ceiling on what talk can bring, and the search ends where it is reached. And messages
 * that the caller marked need no try, since an earlier one of the same history brings at least as much.
 */

import {
  answer,
  Conversation,
  clear32,
  clear64,
  copy32,
  entryOf,
  gainOf,
  hear,
  isOver,
  largest,
  markOf,
  ruleOf,
  SKIP,
  spend,
} from './game';
import { playStraightforward } from './quantal';
import { ask, relabel } from './questions';
import { MISSING, OK, STALLED } from './status';

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
