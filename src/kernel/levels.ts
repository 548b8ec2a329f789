/** The largest totals of whole schemes by deficit, as the tables of a direction end (src/kernel/space.ts). */

/** Bytes of an entry: a value, and its deficit or the largest value so far. */
export const ENTRY_BYTES = 16;

/** A row for every deficit (assembly/levels.ts), or a staircase (assembly/staircase.ts). */
export class Levels {
  private readonly deficits: Float64Array | null;
  private readonly values: Float64Array;
  /** Whether several deficits share a step: then all of this are upper bounds. */
  private readonly merged: boolean;
  private running: Float64Array | undefined;

  /** @param deficits of each value, rising; null for 0, 1, 2, … */
  constructor(deficits: Float64Array | null, values: Float64Array, merged = false) {
    this.deficits = deficits;
    this.values = values;
    this.merged = merged;
  }

  /** The largest value so far, by entry; rows by deficit that only bound never ask for it. */
  private get highest(): Float64Array {
    let best = Number.NEGATIVE_INFINITY;
    this.running ??= this.deficits ? this.values : this.values.map((value) => (best = Math.max(best, value)));
    return this.running;
  }

  /** Number of entries with a deficit of at most d. */
  private upTo(d: number): number {
    if (!this.deficits) return Math.min(Math.floor(d) + 1, this.values.length);
    let low = 0;
    let high = this.deficits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.deficits[middle]! <= d) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The largest total with just this deficit; -Infinity where there is none, or a smaller deficit has a larger one. */
  exactly(d: number): number {
    if (this.merged) return this.atMost(d);
    const at = this.upTo(d) - 1;
    if (at < 0 || (this.deficits ? this.deficits[at] : at) !== d) return Number.NEGATIVE_INFINITY;
    return this.values[at]!;
  }

  /** The largest total with a deficit of at most d: V_j where equality selects him too. */
  atMost(d: number): number {
    return this.highest[this.upTo(d) - 1] ?? Number.NEGATIVE_INFINITY;
  }

  /** An upper bound on the totals with just this deficit: exact in rows, `atMost` on a staircase. */
  bound(d: number): number {
    return this.deficits ? this.atMost(d) : this.exactly(d);
  }

  /** The largest total with a smaller deficit: V_j under the strict rule. Deficits are whole numbers. */
  below(d: number): number {
    return this.atMost(d - 1);
  }

  /** Deficits that entries have, up to `reach`, falling, without 0; those of them that `holds`. */
  falling(reach: number, holds: (d: number) => boolean): number[] {
    const found: number[] = [];
    const { deficits, values, highest } = this;
    for (let i = this.upTo(reach) - 1; i >= 0; i--) {
      const d = deficits ? deficits[i]! : i;
      if (d > 0 && values[i]! >= highest[Math.max(0, i - 1)]! && holds(d)) found.push(d);
    }
    return found;
  }
}
