/** NNLS and simplex fits over nested prefixes in plain TypeScript: the kernel's algorithm on Float64Arrays. */
import type { FitsShared } from '../../src/kernel/fits.ts';

const ENTER = 1e-12;
const PIVOT = 1e-12;

interface Problem {
  readonly n: number;
  readonly gram: Float64Array;
  readonly b: Float64Array;
  readonly yy: number;
  readonly testGram: Float64Array;
  readonly testB: Float64Array;
  readonly testYy: number;
  readonly items: number;
}

export function problemsOf(shared: FitsShared): Problem[] {
  const { bobs: n, folds } = shared;
  return Array.from({ length: folds }, (_, f) => ({
    n,
    gram: shared.gram.slice(f * n * n, (f + 1) * n * n),
    b: shared.b.slice(f * n, (f + 1) * n),
    yy: shared.yy[f]!,
    testGram: shared.testGram.slice(f * n * n, (f + 1) * n * n),
    testB: shared.testB.slice(f * n, (f + 1) * n),
    testYy: shared.testYy[f]!,
    items: shared.items[f]!,
  }));
}

/** L as an array of rows, diagonal reciprocal; a full refactorisation where a column leaves would be simpler and slower. */
class PlainFit {
  p = 0;
  level = 0;
  mse = 0;
  private moved = true;
  private readonly active: Int32Array;
  private readonly role: Uint8Array;
  private readonly w: Float64Array;
  private readonly z: Float64Array;
  private readonly ones: Float64Array;
  private readonly trial: Float64Array;
  private readonly gradient: Float64Array;
  private readonly rows: Float64Array[];
  private readonly turns: Float64Array;
  private readonly q: Problem;
  private readonly shift: number;
  private readonly inverse: Float64Array;

  constructor(q: Problem, simplex: boolean) {
    const { n, gram, yy } = q;
    this.q = q;
    this.active = new Int32Array(n);
    this.role = new Uint8Array(n);
    this.w = new Float64Array(n);
    this.z = new Float64Array(n);
    this.ones = new Float64Array(n);
    this.trial = new Float64Array(n);
    this.gradient = q.b.slice();
    this.rows = Array.from({ length: n }, (_, i) => new Float64Array(i + 1));
    this.turns = new Float64Array(2 * n);
    const squares = Float64Array.from({ length: n }, (_, j) => gram[j * n + j]!);
    const largest = squares.reduce((a, b) => Math.max(a, b), 0);
    this.shift = simplex ? largest : 0;
    const flat = 1 / (Math.sqrt(largest) * (Math.sqrt(largest) + Math.sqrt(yy)));
    this.inverse = squares.map((square) => (simplex ? flat : square > 0 ? 1 / Math.sqrt(square * yy) : 0));
  }

  private enter(j: number): boolean {
    const { p, q, shift, active } = this;
    const { n, gram } = q;
    const r = this.rows[p]!;
    let square = gram[j * n + j]! + shift;
    const least = PIVOT * square;
    let z = q.b[j]! + shift;
    let one = 1;
    for (let i = 0; i < p; i++) {
      const row = this.rows[i]!;
      let value = gram[j * n + active[i]!]! + shift;
      for (let k = 0; k < i; k++) value -= row[k]! * r[k]!;
      value *= row[i]!;
      r[i] = value;
      square -= value * value;
      z -= value * this.z[i]!;
      one -= value * this.ones[i]!;
    }
    if (!(square > least)) return false;
    const inverse = 1 / Math.sqrt(square);
    r[p] = inverse;
    this.z[p] = z * inverse;
    this.ones[p] = shift > 0 ? one * inverse : 0;
    active[p] = j;
    this.w[p] = 0;
    this.role[j] = 2;
    this.p++;
    return true;
  }

  private turn(v: Float64Array, r: number): void {
    let x = v[r]!;
    for (let k = r; k < this.p - 1; k++) {
      const [c, s] = [this.turns[2 * k]!, this.turns[2 * k + 1]!];
      const next = v[k + 1]!;
      v[k] = c * x + s * next;
      x = c * next - s * x;
    }
  }

  private leave(r: number): void {
    const { p, turns, active, w } = this;
    for (let i = r + 1; i < p; i++) {
      const from = this.rows[i]!;
      const to = this.rows[i - 1]!;
      for (let k = 0; k < r; k++) to[k] = from[k]!;
      let x = from[r]!;
      for (let k = r; k < i - 1; k++) {
        const c = turns[2 * k]!;
        const s = turns[2 * k + 1]!;
        const next = from[k + 1]!;
        to[k] = c * x + s * next;
        x = c * next - s * x;
      }
      const last = 1 / from[i]!;
      const length = Math.sqrt(x * x + last * last);
      turns[2 * (i - 1)] = x / length;
      turns[2 * (i - 1) + 1] = last / length;
      to[i - 1] = 1 / length;
    }
    this.turn(this.z, r);
    this.turn(this.ones, r);
    this.role[active[r]!] = 1;
    active.copyWithin(r, r + 1, p);
    w.copyWithin(r, r + 1, p);
    this.p--;
  }

  private solve(): void {
    const { p, z, ones, trial } = this;
    let level = 0;
    if (this.shift > 0) {
      let numerator = -1;
      let denominator = 0;
      for (let i = 0; i < p; i++) {
        numerator += ones[i]! * z[i]!;
        denominator += ones[i]! * ones[i]!;
      }
      level = numerator / denominator;
    }
    for (let i = 0; i < p; i++) trial[i] = z[i]! - level * ones[i]!;
    for (let i = p - 1; i >= 0; i--) {
      const row = this.rows[i]!;
      const value = trial[i]! * row[i]!;
      trial[i] = value;
      for (let k = 0; k < i; k++) trial[k]! -= value * row[k]!;
    }
  }

  private advance(): boolean {
    const { p, w, trial } = this;
    let share = 2;
    let blocking = -1;
    for (let i = 0; i < p; i++) {
      if (trial[i]! > 0) continue;
      const ratio = w[i]! > trial[i]! ? w[i]! / (w[i]! - trial[i]!) : 0;
      if (ratio < share) {
        share = ratio;
        blocking = i;
      }
    }
    for (let i = 0; i < p; i++) w[i] = blocking < 0 ? trial[i]! : w[i]! + share * (trial[i]! - w[i]!);
    for (let i = p - 1; i >= 0 && blocking >= 0; i--) if (i === blocking || w[i]! <= 0) this.leave(i);
    return blocking < 0;
  }

  private settle(): void {
    while (!this.advance()) this.solve();
    const { q, p, w, active, gradient } = this;
    const { n, gram } = q;
    if (this.shift > 0) {
      let sum = 0;
      for (let i = 0; i < p; i++) sum += w[i]!;
      for (let i = 0; i < p; i++) w[i]! /= sum;
    }
    gradient.set(q.b);
    for (let i = 0; i < p; i++) {
      const weight = w[i]!;
      const from = active[i]! * n;
      for (let k = 0; k < n; k++) gradient[k]! -= weight * gram[from + k]!;
    }
    this.level = 0;
    if (this.shift > 0) for (let i = 0; i < p; i++) this.level += w[i]! * gradient[active[i]!]!;
    this.moved = true;
  }

  private scan(changed: boolean): number {
    let most = ENTER;
    let chosen = -1;
    for (let j = 0; j < this.q.n; j++) {
      if (this.role[j] === 3 && changed) this.role[j] = 1;
      const relative = (this.gradient[j]! - this.level) * this.inverse[j]!;
      if (this.role[j] === 1 && relative > most) {
        most = relative;
        chosen = j;
      }
    }
    return chosen;
  }

  extend(j: number): void {
    this.role[j] = 1;
    if (this.shift > 0 && this.p === 0) {
      this.enter(j);
      this.solve();
      this.settle();
      return;
    }
    let chosen = (this.gradient[j]! - this.level) * this.inverse[j]! > ENTER ? j : -1;
    while (chosen >= 0) {
      let changed = false;
      if (!this.enter(chosen)) this.role[chosen] = 3;
      else {
        this.solve();
        if (!(this.trial[this.p - 1]! > 0)) {
          this.p--;
          this.role[chosen] = 3;
        } else {
          this.settle();
          changed = true;
        }
      }
      chosen = this.scan(changed);
    }
  }

  score(): number {
    if (!this.moved) return this.mse;
    this.moved = false;
    const { q, p, w, active } = this;
    let squares = q.testYy;
    for (let i = 0; i < p; i++) {
      const from = active[i]! * q.n;
      let cross = 0;
      for (let k = 0; k < i; k++) cross += w[k]! * q.testGram[from + active[k]!]!;
      squares += w[i]! * (w[i]! * q.testGram[from + active[i]!]! + 2 * (cross - q.testB[active[i]!]!));
    }
    this.mse = Math.max(squares, 0) / q.items;
    return this.mse;
  }
}

/** Test MSE of NNLS and simplex for every prefix: 2 numbers a prefix. */
export function plainPrefixes(problem: Problem, order: Int32Array): Float64Array {
  const nnls = new PlainFit(problem, false);
  const simplex = new PlainFit(problem, true);
  const result = new Float64Array(2 * order.length);
  order.forEach((j, k) => {
    nnls.extend(j);
    simplex.extend(j);
    result[2 * k] = nnls.score();
    result[2 * k + 1] = simplex.score();
  });
  return result;
}
