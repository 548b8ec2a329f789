/**
 * Totals of schemes by rank: mixed radix, the first state varying slowest, policies in the table's order.
 * firstCell i32[states+1], read only     gains  f64[players][cells], integers, read only
 * out       f64[count][players]: the totals of the schemes of rank first … first+count-1
 * Cost: O(count · players) amortised, by stepping an odometer. `digits` is i32[states], contents undefined after.
 */
export function totals(
  states: i32,
  players: i32,
  firstCell: usize,
  gains: usize,
  first: u64,
  count: u64,
  out: usize,
  digits: usize,
): void {
  const cells = <usize>load<i32>(firstCell + ((<usize>states) << 2));
  const row = (<usize>players) << 3;
  let rest = first;
  for (let state: i32 = states - 1; state >= 0; state--) {
    const at = (<usize>state) << 2;
    const policies = <u64>(load<i32>(firstCell + at, 4) - load<i32>(firstCell + at));
    store<i32>(digits + at, <i32>(rest % policies));
    rest /= policies;
  }
  for (let player: usize = 0; player < <usize>players; player++) {
    let total: f64 = 0;
    for (let state: usize = 0; state < <usize>states; state++) {
      const cell = load<i32>(firstCell + (state << 2)) + load<i32>(digits + (state << 2));
      total += load<f64>(gains + ((player * cells + cell) << 3));
    }
    store<f64>(out + (player << 3), total);
  }
  for (let n: u64 = 1; n < count; n++) {
    const before = out;
    out += row;
    memory.copy(out, before, row);
    for (let state: i32 = states - 1; state >= 0; state--) {
      const at = (<usize>state) << 2;
      const from = load<i32>(firstCell + at);
      const old = load<i32>(digits + at);
      const wraps = from + old + 1 == load<i32>(firstCell + at, 4);
      const next = wraps ? 0 : old + 1;
      store<i32>(digits + at, next);
      for (let player: usize = 0; player < <usize>players; player++) {
        const gain = gains + ((player * cells + from) << 3);
        const change = load<f64>(gain + ((<usize>next) << 3)) - load<f64>(gain + ((<usize>old) << 3));
        store<f64>(out + (player << 3), load<f64>(out + (player << 3)) + change);
      }
      if (!wraps) break;
    }
  }
}
