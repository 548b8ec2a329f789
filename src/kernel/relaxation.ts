/**
 * Linear relaxations of a market's equilibria (assembly/relaxation.ts, assembly/window.ts): up to which deficit they do
 * not exclude one, and the weights on the Bobs that best exclude a level.
 */
import type { Steps } from '../steps.ts';
import { callEnvelope, envelopeScratch } from './envelope.ts';
import { copyOf, f64, i32, type Kernel, type Reservation, type Section, u8, u32 } from './instance.ts';
import { Status } from './status.ts';

/** A market of Bobs, numbered from 0. */
export interface RelaxationShape {
  /** First cell of each state; one more entry, the number of cells. */
  readonly firstCell: ArrayLike<number>;
  /** By cell: the deficit that it adds, a whole number; 0 for some cell of every state. */
  readonly loss: Float64Array;
  /** By Bob, by cell: whole numbers, totals below 2^53. */
  readonly gains: readonly Float64Array[];
  /** By Bob: his largest total. */
  readonly most: readonly number[];
}

/** Additions of one call of the kernel: about a ms. */
const SLICE = 2 ** 20;

type Cells = Reservation<{ firstCell: Section<Int32Array>; loss: Section<Float64Array>; gains: Section<Float64Array> }>;

/** All Bobs' corners (assembly/fill.ts), room for `stride` a Bob; how many there are. */
interface Corners {
  readonly stride: number;
  readonly counts: Int32Array;
  readonly held: Reservation<{
    deficit: Section<Float64Array>;
    total: Section<Float64Array>;
    before: Section<Int32Array>;
  }>;
}

function largestTotal(firstCell: ArrayLike<number>, value: Float64Array): number {
  let sum = 0;
  for (let s = 0; s + 1 < firstCell.length; s++) {
    let most = 0;
    for (let cell = firstCell[s]!; cell < firstCell[s + 1]!; cell++) most = Math.max(most, value[cell]!);
    sum += most;
  }
  return sum;
}

/** A weighted sum of Bobs. */
export interface BestWeights {
  /** Of their largest totals, sum 1. */
  readonly shares: readonly number[];
  /** What its envelope exceeds the weighted thresholds by, in these shares: below 0 there is no scheme. */
  readonly bound: number;
}

/** Holds the market's cells in the kernel's memory. Release it. */
export class Relaxation {
  private readonly kernel: Kernel;
  private readonly shape: RelaxationShape;
  private readonly states: number;
  private readonly held: Cells;
  /** The largest deficit of any scheme. */
  private readonly deficit: number;
  private corners: Corners | undefined;

  constructor(kernel: Kernel, shape: RelaxationShape) {
    const { firstCell, loss, gains } = shape;
    this.kernel = kernel;
    this.shape = shape;
    this.states = firstCell.length - 1;
    this.deficit = largestTotal(firstCell, loss);
    this.held = kernel.reserve({
      firstCell: copyOf(new Int32Array(firstCell)),
      loss: copyOf(loss),
      gains: f64(gains.length * loss.length),
    });
    const view = this.held.views();
    for (const [bob, own] of gains.entries()) view.gains.set(own, bob * loss.length);
  }

  /**
   * The largest deficit up to `reach` that linear relaxations do not exclude: every scheme that is stable for these Bobs has
   * at most that. Thresholds are what schemes on and near the Bobs' envelopes prove.
   * @param reach no stable scheme has more, above 0
   */
  *window(bobs: readonly number[], reach: number): Steps<number> {
    this.corners ??= yield* this.findCorners();
    const { kernel, corners } = this;
    const held = this.open(bobs);
    const counts = Int32Array.from(bobs, (bob) => corners.counts[bob]!);
    const tables = (first: number, bytes: number) =>
      copyOf(Uint32Array.from(bobs, (bob) => first + bob * bytes * corners.stride));
    const window = kernel.reserve({
      // The field order of the kernel's class `Window`, then of `Corners`.
      header: u32(3),
      corners: u32(6),
      deficits: tables(corners.held.at.deficit, 8),
      totals: tables(corners.held.at.total, 8),
      before: tables(corners.held.at.before, 4),
      counts: copyOf(counts),
      places: copyOf(counts),
      found: copyOf(new Float64Array(2 * bobs.length).fill(Number.POSITIVE_INFINITY)),
      piece: f64(2),
    });
    try {
      const view = window.views();
      const { deficits, totals, before, places, found, piece } = window.at;
      view.header.set([held.at.header, window.at.corners, piece]);
      view.corners.set([deficits, totals, before, window.at.counts, places, found]);
      kernel.call.windowBegin(window.at.header, reach);
      kernel.call.relaxationBegin(held.at.header);
      while (kernel.call.windowRun(window.at.header, this.budget(bobs)) === Status.paused) yield;
      return held.views().aim[bobs.length]!;
    } finally {
      window.release();
      held.release();
    }
  }

  /**
   * The weighted sum whose envelope at deficit d falls furthest below the weighted thresholds.
   * @param first only the states from this one on count
   */
  *weights(bobs: readonly number[], d: number, thresholds: readonly number[], first = 0): Steps<BestWeights> {
    const { kernel } = this;
    const held = this.open(bobs, first);
    try {
      held.views().aim.set([...thresholds, d]);
      kernel.call.relaxationBegin(held.at.header);
      while (kernel.call.relaxationRun(held.at.header, this.budget(bobs)) === Status.paused) yield;
      const { best, bounds } = held.views();
      return { shares: [...best.subarray(0, bobs.length)], bound: bounds[0]! };
    } finally {
      held.release();
    }
  }

  private budget(bobs: readonly number[]): number {
    return Math.max(1, Math.floor(SLICE / (this.shape.loss.length * (bobs.length + 1))));
  }

  private *findCorners(): Steps<Corners> {
    const { kernel, states, shape } = this;
    const { loss, gains } = shape;
    const stride = loss.length - states + 1;
    const all = stride * gains.length;
    const held = kernel.reserve({ deficit: f64(all), total: f64(all), before: i32(all) });
    const scratch = kernel.reserve({ ...envelopeScratch(kernel, states, stride - 1), marks: i32(loss.length) });
    const counts = new Int32Array(gains.length);
    let done = false;
    try {
      for (const [bob] of gains.entries()) {
        if (bob > 0) yield;
        const at = {
          states,
          firstCell: this.held.at.firstCell,
          loss: this.held.at.loss,
          value: this.held.at.gains + 8 * bob * loss.length,
          deficit: held.at.deficit + 8 * bob * stride,
          total: held.at.total + 8 * bob * stride,
        };
        counts[bob] = callEnvelope(kernel, at, scratch.at);
        const { to, from, marks } = scratch.at;
        kernel.call.cornersBefore(counts[bob]!, to, from, held.at.before + 4 * bob * stride, marks, loss.length);
      }
      done = true;
      return { stride, counts, held };
    } finally {
      scratch.release();
      if (!done) held.release();
    }
  }

  /** The kernel's class `Relaxation` for some Bobs, its fields in order. */
  private open(bobs: readonly number[], first = 0) {
    const { kernel, states, shape } = this;
    const k = bobs.length;
    const cells = shape.loss.length;
    const held = kernel.reserve({
      header: u32(16),
      gains: copyOf(Uint32Array.from(bobs, (bob) => this.held.at.gains + 8 * bob * cells)),
      units: copyOf(
        Float64Array.from([...bobs.map((bob) => shape.most[bob]!), this.deficit], (most) => 1 / Math.max(1, most)),
      ),
      aim: f64(k + 1),
      duals: f64(k + 1),
      best: f64(k + 1),
      bounds: f64(2),
      totals: f64(k + 1),
      value: f64(cells),
      choice: i32(states),
      master: u8(kernel.call.masterBytes(k)),
    });
    const { header, ...pointers } = held.at;
    const { firstCell, loss } = this.held.at;
    held.views().header.set([states - first, k, firstCell + 4 * first, loss, ...Object.values(pointers), 0]);
    return held;
  }

  release(): void {
    this.corners?.held.release();
    this.held.release();
  }
}
