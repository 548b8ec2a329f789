/**
 * Sums over contiguous f64 vectors, two lanes at a time where the build has SIMD. The order of summation depends on
 * the length only, so equal inputs give equal bits.
 */

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

/** y[i] -= a·x[i] + b·z[i], one pass over y for two vectors. */
export function subtractTwo(y: usize, a: f64, x: usize, b: f64, z: usize, n: i32): void {
  let i: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const first = f64x2.splat(a);
    const second = f64x2.splat(b);
    for (; i + 2 <= n; i += 2) {
      const at: usize = (<usize>i) << 3;
      const sum = f64x2.add(f64x2.mul(first, v128.load(x + at)), f64x2.mul(second, v128.load(z + at)));
      v128.store(y + at, f64x2.sub(v128.load(y + at), sum));
    }
  }
  for (; i < n; i++) {
    const at: usize = (<usize>i) << 3;
    store<f64>(y + at, load<f64>(y + at) - (a * load<f64>(x + at) + b * load<f64>(z + at)));
  }
}
