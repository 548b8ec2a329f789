/** Rows of doubles, each distinct one kept once: games have many profiles and few outcomes. */

const EMPTY = -1;

export class DistinctRows {
  readonly width: number;
  count = 0;
  private rows: Float64Array;
  private words: Uint32Array;
  /** Open addressing: row numbers, at most half full. */
  private table = new Int32Array(64).fill(EMPTY);

  constructor(width: number) {
    this.width = width;
    this.rows = new Float64Array(32 * width);
    this.words = new Uint32Array(this.rows.buffer);
  }

  /** All distinct rows in the order in which they first came, as a copy. */
  get values(): Float64Array {
    return this.rows.slice(0, this.count * this.width);
  }

  /** The number of each row of `source`; rows are the same where every bit is. */
  addAll(source: Float64Array): Uint32Array {
    const given = new Uint32Array(source.buffer, source.byteOffset, 2 * source.length);
    const ids = new Uint32Array(this.width === 0 ? 0 : source.length / this.width);
    for (let row = 0; row < ids.length; row++) ids[row] = this.add(source, given, row);
    return ids;
  }

  private add(source: Float64Array, given: Uint32Array, row: number): number {
    const size = 2 * this.width;
    const from = row * size;
    let slot = hash(given, from, size) & (this.table.length - 1);
    for (; this.table[slot] !== EMPTY; slot = (slot + 1) & (this.table.length - 1))
      if (equal(this.words, this.table[slot]! * size, given, from, size)) return this.table[slot]!;
    if (2 * (this.count + 1) > this.table.length) {
      this.grow();
      return this.add(source, given, row);
    }
    this.table[slot] = this.count;
    this.rows.set(source.subarray(row * this.width, (row + 1) * this.width), this.count * this.width);
    return this.count++;
  }

  private grow(): void {
    const rows = new Float64Array(2 * this.rows.length);
    rows.set(this.rows);
    this.rows = rows;
    this.words = new Uint32Array(rows.buffer);
    this.table = new Int32Array(2 * this.table.length).fill(EMPTY);
    const size = 2 * this.width;
    for (let row = 0; row < this.count; row++) {
      let slot = hash(this.words, row * size, size) & (this.table.length - 1);
      while (this.table[slot] !== EMPTY) slot = (slot + 1) & (this.table.length - 1);
      this.table[slot] = row;
    }
  }
}

function hash(words: Uint32Array, from: number, size: number): number {
  let h = 0;
  for (let i = from; i < from + size; i++) {
    h = Math.imul(h ^ words[i]!, 0x9e3779b1);
    h ^= h >>> 15;
  }
  return h;
}

function equal(a: Uint32Array, atA: number, b: Uint32Array, atB: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}
