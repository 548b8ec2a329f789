/**
 * Gram matrices XᵀX of tall row-major matrices, a block of rows at a time, in 4×4 tiles held in registers.
 *
 * A block is packed first: columns in groups of four, each group contiguous over the rows, so that a tile reads two
 * short streams whatever the width.
 *
 *     packed   [group 0: row 0: c0 c1 c2 c3 | row 1: c0 c1 c2 c3 | …] [group 1: …] …
 */

/**
 * rows     count*stride f64, row-major, read only     stride   a multiple of 4: the columns, padded with zeros
 * packed   count*stride f64, out                      first    a multiple of 4: columns before it are left out
 */
export function gramPack(rows: usize, count: i32, stride: i32, first: i32, packed: usize): void {
  for (let column: i32 = first; column < stride; column += 4) {
    let from: usize = rows + ((<usize>column) << 3);
    let to: usize = packed + ((<usize>(column * count)) << 3);
    for (let row: i32 = 0; row < count; row++) {
      memory.copy(to, from, 32);
      from += (<usize>stride) << 3;
      to += 32;
    }
  }
}

/**
 * Adds the block's contribution to rows first … last - 1 of the Gram matrix, on and above its diagonal of tiles.
 * packed   from gramPack                          first, last  multiples of 4
 * bobs     columns from this one on (rounded up to 4) are targets: of their rows only the diagonal tile is formed
 * gram     (last - first)*stride f64, added to
 * Cost: count·(last - first)·stride products, or fewer.
 */
export function gramPanel(packed: usize, count: i32, stride: i32, first: i32, last: i32, bobs: i32, gram: usize): void {
  for (let i: i32 = first; i < last; i += 4) {
    const left: usize = packed + ((<usize>(i * count)) << 3);
    const end: i32 = i < bobs ? stride : i + 4;
    for (let j: i32 = i; j < end; j += 4) {
      const right: usize = packed + ((<usize>(j * count)) << 3);
      tile(left, right, count, gram + ((<usize>((i - first) * stride + j)) << 3), (<usize>stride) << 3);
    }
  }
}

function tile(left: usize, right: usize, count: i32, out: usize, pitch: usize): void {
  if (ASC_FEATURE_SIMD) {
    let a0 = f64x2.splat(0);
    let a1 = f64x2.splat(0);
    let b0 = f64x2.splat(0);
    let b1 = f64x2.splat(0);
    let c0 = f64x2.splat(0);
    let c1 = f64x2.splat(0);
    let d0 = f64x2.splat(0);
    let d1 = f64x2.splat(0);
    for (let row: i32 = 0; row < count; row++) {
      const r0 = v128.load(right);
      const r1 = v128.load(right, 16);
      const a = v128.load64_splat(left);
      a0 = f64x2.add(a0, f64x2.mul(a, r0));
      a1 = f64x2.add(a1, f64x2.mul(a, r1));
      const b = v128.load64_splat(left, 8);
      b0 = f64x2.add(b0, f64x2.mul(b, r0));
      b1 = f64x2.add(b1, f64x2.mul(b, r1));
      const c = v128.load64_splat(left, 16);
      c0 = f64x2.add(c0, f64x2.mul(c, r0));
      c1 = f64x2.add(c1, f64x2.mul(c, r1));
      const d = v128.load64_splat(left, 24);
      d0 = f64x2.add(d0, f64x2.mul(d, r0));
      d1 = f64x2.add(d1, f64x2.mul(d, r1));
      left += 32;
      right += 32;
    }
    addPair(out, a0, a1);
    addPair(out + pitch, b0, b1);
    addPair(out + 2 * pitch, c0, c1);
    addPair(out + 3 * pitch, d0, d1);
  } else {
    for (let k: usize = 0; k < 4; k++) {
      let s0: f64 = 0;
      let s1: f64 = 0;
      let s2: f64 = 0;
      let s3: f64 = 0;
      let from: usize = left + (k << 3);
      let to: usize = right;
      for (let row: i32 = 0; row < count; row++) {
        const a = load<f64>(from);
        s0 += a * load<f64>(to);
        s1 += a * load<f64>(to, 8);
        s2 += a * load<f64>(to, 16);
        s3 += a * load<f64>(to, 24);
        from += 32;
        to += 32;
      }
      const at: usize = out + k * pitch;
      store<f64>(at, load<f64>(at) + s0);
      store<f64>(at, load<f64>(at, 8) + s1, 8);
      store<f64>(at, load<f64>(at, 16) + s2, 16);
      store<f64>(at, load<f64>(at, 24) + s3, 24);
    }
  }
}

function addPair(at: usize, low: v128, high: v128): void {
  v128.store(at, f64x2.add(v128.load(at), low));
  v128.store(at, f64x2.add(v128.load(at, 16), high), 16);
}
