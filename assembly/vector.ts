/**
 * Sums over contiguous f64 vectors, two lanes at a time where the build has SIMD. The order of summation depends on
 * the length only, so equal inputs give equal bits.
 */

/** to[i] = from[i] over `n` elements, lowest first. For short vectors: memory.copy is a call. */
export function copy(to: usize, from: usize, n: i32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    for (; i + 2 <= n; i += 2) {
      const at: usize = (<usize>i) << 3;
      v128.store(to + at, v128.load(from + at));
    }
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    store<f64>(to + at, load<f64>(from + at));
  }
}

/** Σ x[i]·y[i] over `n` elements. */
export function dot(x: usize, y: usize, n: i32): f64 {
  let sum: f64 = 0;
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    for (; i + 4 <= n; i += 4) {
      const at: usize = (<usize>i) << 3;
      even = f64x2.add(even, f64x2.mul(v128.load(x + at), v128.load(y + at)));
      odd = f64x2.add(odd, f64x2.mul(v128.load(x + at, 16), v128.load(y + at, 16)));
    }
    even = f64x2.add(even, odd);
    sum = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    sum += load<f64>(x + at) * load<f64>(y + at);
  }
  return sum;
}

/** Σ x[i]·y[places[i]] over `n` elements. */
export function gathered(x: usize, y: usize, places: usize, n: i32): f64 {
  let even: f64 = 0;
  let odd: f64 = 0;
  let i: i32 = 0;
  for (; i + 2 <= n; i += 2) {
    const at = x + ((<usize>i) << 3);
    const place = places + ((<usize>i) << 2);
    even += load<f64>(at) * load<f64>(y + ((<usize>load<i32>(place)) << 3));
    odd += load<f64>(at, 8) * load<f64>(y + ((<usize>load<i32>(place, 4)) << 3));
  }
  if (i < n) {
    const place = <usize>load<i32>(places + ((<usize>i) << 2));
    even += load<f64>(x + ((<usize>i) << 3)) * load<f64>(y + (place << 3));
  }
  return even + odd;
}

/** y[i] -= a·x[i] over `n` elements. */
export function subtract(y: usize, a: f64, x: usize, n: i32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const factor = f64x2.splat(a);
    for (; i + 4 <= n; i += 4) {
      const to = y + ((<usize>i) << 3);
      const from = x + ((<usize>i) << 3);
      v128.store(to, f64x2.sub(v128.load(to), f64x2.mul(factor, v128.load(from))));
      v128.store(to, f64x2.sub(v128.load(to, 16), f64x2.mul(factor, v128.load(from, 16))), 16);
    }
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    store<f64>(y + at, load<f64>(y + at) - a * load<f64>(x + at));
  }
}

/** y -= a0·x0 + a1·x1 + a2·x2 + a3·x3 over `n` elements: one pass over y for four vectors. */
export function subtractFour(
  y: usize,
  a0: f64,
  x0: usize,
  a1: f64,
  x1: usize,
  a2: f64,
  x2: usize,
  a3: f64,
  x3: usize,
  n: i32,
): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const f0 = f64x2.splat(a0);
    const f1 = f64x2.splat(a1);
    const f2 = f64x2.splat(a2);
    const f3 = f64x2.splat(a3);
    for (; i + 8 <= n; i += 8) {
      const at: usize = (<usize>i) << 3;
      const to = y + at;
      const p0 = x0 + at;
      const p1 = x1 + at;
      const p2 = x2 + at;
      const p3 = x3 + at;
      const a = four(f0, v128.load(p0), f1, v128.load(p1), f2, v128.load(p2), f3, v128.load(p3));
      v128.store(to, f64x2.sub(v128.load(to), a));
      const b = four(f0, v128.load(p0, 16), f1, v128.load(p1, 16), f2, v128.load(p2, 16), f3, v128.load(p3, 16));
      v128.store(to, f64x2.sub(v128.load(to, 16), b), 16);
      const c = four(f0, v128.load(p0, 32), f1, v128.load(p1, 32), f2, v128.load(p2, 32), f3, v128.load(p3, 32));
      v128.store(to, f64x2.sub(v128.load(to, 32), c), 32);
      const d = four(f0, v128.load(p0, 48), f1, v128.load(p1, 48), f2, v128.load(p2, 48), f3, v128.load(p3, 48));
      v128.store(to, f64x2.sub(v128.load(to, 48), d), 48);
    }
    for (; i + 2 <= n; i += 2) {
      const at: usize = (<usize>i) << 3;
      const a = four(f0, v128.load(x0 + at), f1, v128.load(x1 + at), f2, v128.load(x2 + at), f3, v128.load(x3 + at));
      v128.store(y + at, f64x2.sub(v128.load(y + at), a));
    }
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    const sum = a0 * load<f64>(x0 + at) + a1 * load<f64>(x1 + at) + (a2 * load<f64>(x2 + at) + a3 * load<f64>(x3 + at));
    store<f64>(y + at, load<f64>(y + at) - sum);
  }
}

function four(a0: v128, x0: v128, a1: v128, x1: v128, a2: v128, x2: v128, a3: v128, x3: v128): v128 {
  return f64x2.add(f64x2.add(f64x2.mul(a0, x0), f64x2.mul(a1, x1)), f64x2.add(f64x2.mul(a2, x2), f64x2.mul(a3, x3)));
}

/** The least of n >= 1 elements. */
export function least(x: usize, n: i32): f64 {
  let i: i32 = 0;
  let low: f64 = Infinity;
  if (ASC_FEATURE_SIMD) {
    let lows = f64x2.splat(Infinity);
    for (; i + 2 <= n; i += 2) lows = f64x2.pmin(lows, v128.load(x + ((<usize>i) << 3)));
    low = min(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  }
  for (; i < n; i++) low = min(low, load<f64>(x + ((<usize>i) << 3)));
  return low;
}

/** x[i] += share·(goal[i] - x[i]) over `n` elements. */
export function approach(x: usize, share: f64, goal: usize, n: i32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const part = f64x2.splat(share);
    for (; i + 2 <= n; i += 2) {
      const at: usize = (<usize>i) << 3;
      const now = v128.load(x + at);
      v128.store(x + at, f64x2.add(now, f64x2.mul(part, f64x2.sub(v128.load(goal + at), now))));
    }
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    const now = load<f64>(x + at);
    store<f64>(x + at, now + share * (load<f64>(goal + at) - now));
  }
}
