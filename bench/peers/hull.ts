/** NNLS and simplex fits over nested prefixes in plain TypeScript: the kernel's algorithm on Float64Arrays. */
import type { FitsShared } from '../../src/kernel/fits.ts';

const ENTER = 1e-12;
const PIVOT = 1e-12;
const TIED = 1e-9;
const ACCEPTABLE = 1e-9;

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

/** Columns in the order in which they join: place k holds the k-th, so that a prefix is contiguous. */
class Frame {
  readonly q: Problem;
  readonly columns: Int32Array;
  readonly rows: Float64Array[];
  readonly b: Float64Array;

  constructor(q: Problem, order: Int32Array) {
    const { n } = q;
    this.q = q;
    this.columns = order;
    this.b = Float64Array.from(order, (j) => q.b[j]!);
    this.rows = Array.from(order, (i) => Float64Array.from(order, (j) => q.gram[i * n + j]!));
  }
}

/** An active set with its root-free Cholesky factor, as the kernel has it. */
class PlainFit {
  p = 0;
  level = 0;
  mse = 0;
  tied = 0;
  residual = 0;
  private moved = true;
  private bars = 0;
  private readonly active: Int32Array;
  private readonly role: Uint8Array;
  private readonly barred: Uint8Array;
  private readonly w: Float64Array;
  private readonly z: Float64Array;
  private readonly ones: Float64Array;
  private readonly pivot: Float64Array;
  private readonly trial: Float64Array;
  private readonly gradient: Float64Array;
  private readonly rows: Float64Array[];
  private readonly turns: Float64Array;
  private readonly frame: Frame;
  private readonly shift: number;
  private readonly inverse: Float64Array;

  constructor(frame: Frame, simplex: boolean) {
    const { n, gram, yy } = frame.q;
    this.frame = frame;
    this.active = new Int32Array(n);
    this.role = new Uint8Array(n);
    this.barred = new Uint8Array(n);
    this.w = new Float64Array(n);
    this.z = new Float64Array(n);
    this.ones = new Float64Array(n);
    this.pivot = new Float64Array(n);
    this.trial = new Float64Array(n);
    this.gradient = new Float64Array(n);
    this.rows = Array.from({ length: n }, (_, i) => new Float64Array(i));
    this.turns = new Float64Array(2 * n);
    const squares = Float64Array.from(frame.columns, (j) => gram[j * n + j]!);
    const largest = squares.reduce((a, b) => Math.max(a, b), 0);
    this.shift = simplex ? largest : 0;
    const flat = 1 / (Math.sqrt(largest) * (Math.sqrt(largest) + Math.sqrt(yy)));
    this.inverse = squares.map((square) => (simplex ? flat : square > 0 ? 1 / Math.sqrt(square * yy) : 0));
  }

  private enter(place: number): boolean {
    const { p, shift, active, frame, pivot } = this;
    const r = this.rows[p]!;
    const column = frame.rows[place]!;
    let square = column[place]! + shift;
    const least = PIVOT * square;
    let z = frame.b[place]! + shift;
    let one = shift > 0 ? 1 : 0;
    for (let i = 0; i < p; i++) {
      const row = this.rows[i]!;
      let value = column[active[i]!]! + shift;
      for (let k = 0; k < i; k++) value -= row[k]! * r[k]!;
      r[i] = value;
    }
    for (let i = 0; i < p; i++) {
      const value = r[i]!;
      r[i] = value / pivot[i]!;
      square -= value * r[i]!;
      z -= value * this.z[i]!;
      one -= value * this.ones[i]!;
    }
    if (!(square > least)) return false;
    pivot[p] = square;
    this.z[p] = z / square;
    this.ones[p] = one / square;
    active[p] = place;
    this.w[p] = 0;
    this.role[place] = 1;
    this.p++;
    return true;
  }

  private turn(from: Float64Array, to: Float64Array, r: number, i: number): number {
    const { turns } = this;
    let rest = from[r]!;
    for (let k = r + 1; k < i; k++) {
      const value = from[k]!;
      rest -= turns[2 * k]! * value;
      to[k - 1] = value + turns[2 * k + 1]! * rest;
    }
    return rest;
  }

  private leave(r: number): void {
    const { p, turns, active, w, pivot } = this;
    let alpha = pivot[r]!;
    for (let i = r + 1; i < p; i++) {
      const from = this.rows[i]!;
      const to = this.rows[i - 1]!;
      for (let k = 0; k < r; k++) to[k] = from[k]!;
      const rest = this.turn(from, to, r, i);
      const next = pivot[i]! + alpha * rest * rest;
      turns[2 * i] = rest;
      turns[2 * i + 1] = (alpha * rest) / next;
      alpha *= pivot[i]! / next;
      pivot[i - 1] = next;
    }
    this.turn(this.z, this.z, r, p);
    this.turn(this.ones, this.ones, r, p);
    this.role[active[r]!] = 0;
    active.copyWithin(r, r + 1, p);
    w.copyWithin(r, r + 1, p);
    this.p--;
  }

  private solve(): void {
    const { p, z, ones, pivot, trial } = this;
    let level = 0;
    if (this.shift > 0) {
      let both = -1;
      let square = 0;
      for (let i = 0; i < p; i++) {
        both += pivot[i]! * ones[i]! * z[i]!;
        square += pivot[i]! * ones[i]! * ones[i]!;
      }
      level = both / square;
    }
    for (let i = 0; i < p; i++) trial[i] = z[i]! - level * ones[i]!;
    for (let i = p - 1; i >= 0; i--) {
      const row = this.rows[i]!;
      const value = trial[i]!;
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
    if (blocking < 0) return true;
    this.leave(blocking);
    for (let i = this.p - 1; i >= 0; i--) if (w[i]! <= 0) this.leave(i);
    return false;
  }

  private settle(count: number): void {
    while (!this.advance()) this.solve();
    const { frame, p, w, active, gradient } = this;
    if (this.shift > 0) {
      let sum = 0;
      for (let i = 0; i < p; i++) sum += w[i]!;
      for (let i = 0; i < p; i++) w[i]! /= sum;
    }
    for (let k = 0; k < count; k++) gradient[k] = frame.b[k]!;
    for (let i = 0; i < p; i++) {
      const weight = w[i]!;
      const row = frame.rows[active[i]!]!;
      for (let k = 0; k < count; k++) gradient[k]! -= weight * row[k]!;
    }
    this.level = 0;
    if (this.shift > 0) for (let i = 0; i < p; i++) this.level += w[i]! * gradient[active[i]!]!;
    this.moved = true;
  }

  private scan(count: number, changed: boolean): number {
    const { gradient, level, inverse, role, barred } = this;
    if (changed && this.bars > 0) {
      barred.fill(0);
      this.bars = 0;
    }
    let most = ENTER;
    let chosen = -1;
    this.residual = 0;
    this.tied = 0;
    for (let k = 0; k < count; k++) {
      const relative = (gradient[k]! - level) * inverse[k]!;
      if (role[k] === 1) {
        this.residual = Math.max(this.residual, Math.abs(relative));
        continue;
      }
      if (Math.abs(relative) <= TIED) this.tied++;
      if (relative > this.residual) this.residual = relative;
      if (relative > most && barred[k] === 0) {
        most = relative;
        chosen = k;
      }
    }
    return chosen;
  }

  private bar(place: number): void {
    this.role[place] = 0;
    this.barred[place] = 1;
    this.bars++;
  }

  extend(place: number): void {
    const { frame, w, active } = this;
    const row = frame.rows[place]!;
    const count = place + 1;
    let products = 0;
    for (let i = 0; i < this.p; i++) products += w[i]! * row[active[i]!]!;
    this.gradient[place] = frame.b[place]! - products;
    const relative = (this.gradient[place]! - this.level) * this.inverse[place]!;
    this.residual = Math.max(this.residual, relative);
    if (Math.abs(relative) <= TIED) this.tied++;
    let chosen = relative > ENTER ? place : -1;
    if (this.shift > 0 && this.p === 0) {
      this.enter(place);
      this.solve();
      this.settle(count);
      chosen = this.scan(count, true);
    }
    while (chosen >= 0) {
      let changed = false;
      if (!this.enter(chosen)) this.bar(chosen);
      else {
        this.solve();
        if (!(this.trial[this.p - 1]! > 0)) {
          this.p--;
          this.bar(chosen);
        } else {
          this.settle(count);
          changed = true;
        }
      }
      chosen = this.scan(count, changed);
    }
  }

  score(): number {
    if (!this.moved) return this.mse;
    this.moved = false;
    const { frame, p, w, active } = this;
    const { n, testGram, testB, testYy, items } = frame.q;
    let squares = testYy;
    for (let i = 0; i < p; i++) {
      const j = frame.columns[active[i]!]!;
      let cross = 0;
      for (let k = 0; k < i; k++) cross += w[k]! * testGram[j * n + frame.columns[active[k]!]!]!;
      squares += w[i]! * (w[i]! * testGram[j * n + j]! + 2 * (cross - testB[j]!));
    }
    this.mse = Math.max(squares, 0) / items;
    return this.mse;
  }
}

/** Test MSE of NNLS and simplex for every prefix: 2 numbers a prefix. */
export function plainPrefixes(problem: Problem, order: Int32Array): Float64Array {
  const frame = new Frame(problem, order);
  const nnls = new PlainFit(frame, false);
  const simplex = new PlainFit(frame, true);
  const result = new Float64Array(2 * order.length);
  for (let k = 0; k < order.length; k++) {
    nnls.extend(k);
    simplex.extend(k);
    if (!(nnls.residual <= ACCEPTABLE && simplex.residual <= ACCEPTABLE))
      throw new Error(`prefix ${k + 1}: KKT residual`);
    result[2 * k] = nnls.score();
    result[2 * k + 1] = simplex.score();
  }
  return result;
}
