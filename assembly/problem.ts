/**
 * One cross-validation problem: the training and the test Gram matrices of one fold and one target, and what follows
 * from them for every fit.
 *
 *     0  n i32            8  gram         16 b          24 yy f64       (training: XᵀX, Xᵀy, yᵀy)
 *                         32 test gram    40 test b     48 test yy f64  56 test items f64
 *     64 shift f64        72 … 95 unused
 *     96 inverse f64[n]   1 / (|x_j|·|y|), or 0: makes NNLS gradients relative
 *        flat    f64[n]   the same number for every column: makes simplex gradients relative
 *        error   f64[n]   |x_j - y|² on the training folds: chooses the best individual
 */

const HEADER: usize = 96;

/** Bytes of a problem over n columns. */
export function problemBytes(n: i32): usize {
  return HEADER + <usize>n * 24;
}

/** Fills a problem from Gram matrices (n*n f64, row-major, symmetric), which must outlive it. */
export function defineProblem(
  problem: usize,
  n: i32,
  gram: usize,
  b: usize,
  yy: f64,
  testGram: usize,
  testB: usize,
  testYy: f64,
  testItems: f64,
): void {
  store<i32>(problem, n);
  store<usize>(problem, gram, 8);
  store<usize>(problem, b, 16);
  store<f64>(problem, yy, 24);
  store<usize>(problem, testGram, 32);
  store<usize>(problem, testB, 40);
  store<f64>(problem, testYy, 48);
  store<f64>(problem, testItems, 56);
  const norm = sqrt(yy);
  let largest: f64 = 0;
  for (let j: usize = 0; j < <usize>n; j++) {
    const square = load<f64>(gram + ((j * <usize>n + j) << 3));
    largest = max(largest, square);
    const scale = sqrt(square) * norm;
    store<f64>(inverseAt(problem) + (j << 3), scale > 0 ? 1 / scale : 0);
    store<f64>(errorAt(problem, n) + (j << 3), yy - 2 * load<f64>(b + (j << 3)) + square);
  }
  store<f64>(problem, largest > 0 ? largest : 1, 64);
  const length = sqrt(largest);
  const flat: f64 = largest > 0 ? 1 / (length * (length + norm)) : 0;
  for (let j: usize = 0; j < <usize>n; j++) store<f64>(flatAt(problem, n) + (j << 3), flat);
}

export function columnsOf(problem: usize): i32 {
  return load<i32>(problem);
}
export function gramOf(problem: usize): usize {
  return load<usize>(problem, 8);
}
export function bOf(problem: usize): usize {
  return load<usize>(problem, 16);
}
export function yyOf(problem: usize): f64 {
  return load<f64>(problem, 24);
}
export function testGramOf(problem: usize): usize {
  return load<usize>(problem, 32);
}
export function testBOf(problem: usize): usize {
  return load<usize>(problem, 40);
}
export function testYyOf(problem: usize): f64 {
  return load<f64>(problem, 48);
}
export function testItemsOf(problem: usize): f64 {
  return load<f64>(problem, 56);
}
export function shiftOf(problem: usize): f64 {
  return load<f64>(problem, 64);
}
export function inverseAt(problem: usize): usize {
  return problem + HEADER;
}
export function flatAt(problem: usize, n: i32): usize {
  return problem + HEADER + ((<usize>n) << 3);
}
export function errorAt(problem: usize, n: i32): usize {
  return problem + HEADER + ((<usize>n) << 4);
}
