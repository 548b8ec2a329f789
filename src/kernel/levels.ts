/** The largest totals of whole schemes by deficit, as the tables of a direction end (src/kernel/search.ts). */

/** A row for every deficit (assembly/levels.ts), or a staircase (assembly/staircase.ts). */
export class Levels {
  private readonly deficits: Float64Array | null;
  private readonly values: Float64Array;
  private readonly highest: Float64Array;

  /** @param deficits of each value, rising; null for 0, 1, 2, … */
  constructor(deficits: Float64Array | null, values: Float64Array) {
    this.deficits = deficits;
    this.values = values;
    let best = Number.NEGATIVE_INFINITY;
    this.highest = deficits ? values : values.map((value) => (best = Math.max(best, value)));
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

  /** Deficits that entries have, up to `reach`, falling, without 0. */
  falling(reach: number): number[] {
    const found: number[] = [];
    for (let i = this.upTo(reach) - 1; i >= 0; i--) {
      const d = this.deficits ? this.deficits[i]! : i;
      if (d > 0 && this.values[i]! >= this.highest[Math.max(0, i - 1)]!) found.push(d);
    }
    return found;
  }
}
