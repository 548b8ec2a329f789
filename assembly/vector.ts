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

/** y[i] -= a·x[i] over `n` elements. */
export function subtract(y: usize, a: f64, x: usize, n: i32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const factor = f64x2.splat(a);
    for (; i + 2 <= n; i += 2) {
      const at: usize = (<usize>i) << 3;
      v128.store(y + at, f64x2.sub(v128.load(y + at), f64x2.mul(factor, v128.load(x + at))));
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
    for (; i + 4 <= n; i += 4) {
      const at: usize = (<usize>i) << 3;
      const low = f64x2.add(
        f64x2.add(f64x2.mul(f0, v128.load(x0 + at)), f64x2.mul(f1, v128.load(x1 + at))),
        f64x2.add(f64x2.mul(f2, v128.load(x2 + at)), f64x2.mul(f3, v128.load(x3 + at))),
      );
      const high = f64x2.add(
        f64x2.add(f64x2.mul(f0, v128.load(x0 + at, 16)), f64x2.mul(f1, v128.load(x1 + at, 16))),
        f64x2.add(f64x2.mul(f2, v128.load(x2 + at, 16)), f64x2.mul(f3, v128.load(x3 + at, 16))),
      );
      v128.store(y + at, f64x2.sub(v128.load(y + at), low));
      v128.store(y + at, f64x2.sub(v128.load(y + at, 16), high), 16);
    }
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    const sum = a0 * load<f64>(x0 + at) + a1 * load<f64>(x1 + at) + (a2 * load<f64>(x2 + at) + a3 * load<f64>(x3 + at));
    store<f64>(y + at, load<f64>(y + at) - sum);
  }
}
