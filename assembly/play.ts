/**
 * Best-response dynamics on tables of best responses (Definition 16): Bobs take turns, and who is not selected moves to his
 * best scheme with which he would be, where it gives him more than the scheme that Alice has selected.
 *
 * Bobs are numbered by their places in a committee of k. The caller lays the game down once,
 *   at       u32[k]  addresses of i32[width]: the number of the response by deficit, the last for all larger ones
 *   width    i32[k]
 *   totals   u32[k]  addresses of i32[responses·size]: totals by player, Alice first, at the start of each
 *   players  i32[k]  the player at each place
 *   most     Alice's largest total; index: whether lower places are selected at equality
 * and keeps the profile between calls:
 *   shown    i32[k]  responses shown          alice  i32[k]  what they give Alice
 *   state    i32[2]  the place of the Bob selected, the number of moves so far
 */
import { OK, PAUSED } from './status';

/**
 * Plays rounds, each with its order of turns: places i32[rounds·k]. The first `room` moves are noted in `moves`, a place
 * and a response each. Returns OK after a round without a move, PAUSED where rounds ran out. Cost: O(k) a turn.
 */
export function playRounds(
  k: i32,
  at: usize,
  width: usize,
  totals: usize,
  players: usize,
  size: i32,
  most: i32,
  index: i32,
  shown: usize,
  alice: usize,
  state: usize,
  orders: usize,
  rounds: i32,
  moves: usize,
  room: i32,
): i32 {
  let selected = load<i32>(state);
  let count = load<i32>(state, 4);
  let ends = false;
  for (let round: i32 = 0; round < rounds && !ends; round++) {
    ends = true;
    for (let turn: i32 = 0; turn < k; turn++) {
      const place = load<i32>(orders);
      orders += 4;
      const own = (<usize>place) << 2;
      const deficit = most - least(k, alice, place, index);
      if (deficit < 0) continue;
      const entry = min(deficit, load<i32>(width + own) - 1);
      const response = load<i32>(<usize>load<u32>(at + own) + ((<usize>entry) << 2));
      const table = <usize>load<u32>(totals + own);
      const player = load<i32>(players + own);
      if (total(table, response, size, player) <= now(totals, shown, selected, size, player)) continue;
      store<i32>(shown + own, response);
      store<i32>(alice + own, total(table, response, size, 0));
      if (count < room) {
        store<i32>(moves + ((<usize>count) << 3), place);
        store<i32>(moves + ((<usize>count) << 3), response, 4);
      }
      selected = place;
      count++;
      ends = false;
    }
  }
  store<i32>(state, selected);
  store<i32>(state, count, 4);
  return ends ? OK : PAUSED;
}

function total(totals: usize, response: i32, size: i32, player: i32): i32 {
  return load<i32>(totals + ((<usize>response * size + player) << 2));
}

/** What the scheme that Alice has selected gives a player. */
function now(totals: usize, shown: usize, selected: i32, size: i32, player: i32): i32 {
  const at = (<usize>selected) << 2;
  return total(<usize>load<u32>(totals + at), load<i32>(shown + at), size, player);
}

/** The least Alice total with which the Bob at `place` is selected against what the others show. */
function least(k: i32, alice: usize, place: i32, index: i32): i32 {
  let best: i32 = -1;
  let most: i32 = -1;
  for (let other: i32 = 0; other < k; other++) {
    const offered = load<i32>(alice + ((<usize>other) << 2));
    if (other == place || offered <= most) continue;
    best = other;
    most = offered;
  }
  if (best < 0) return 0;
  return index != 0 && place < best ? most : most + 1;
}
