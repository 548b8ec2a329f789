/**
 * Questions about stable schemes that are too many to list: is a cell used by one, and which one has the largest
 * weighted total. They are what a cutting-plane solution of the misalignment program asks (Remark 5).
 */
import { TooLargeError } from '../../errors.ts';
import type { Kernel } from '../../kernel/instance.ts';
import type { Search } from '../../kernel/search.ts';
import { SearchSpace } from '../../kernel/space.ts';
import { Status } from '../../kernel/status.ts';
import { type Direction, tableBytes } from '../../kernel/tables.ts';
import type { Steps } from '../../steps.ts';
import type { Scheme } from '../market.ts';
import type { StableQuestions } from '../stable.ts';
import type { CommitteeSearch } from './committee.ts';
import { type Gains, totalOf } from './deficits.ts';
import { TABLE_BYTES } from './session.ts';
import { usableCells } from './usable.ts';
import { WeightedTotal } from './weighted.ts';

/** Trials for one question: tens of seconds. */
const MOST_TRIALS = 2 ** 29;
const SLICE = 65_536;
/**
 * Where weighted totals are beyond 2^53, the search finds all schemes that rounding cannot tell from the best one, and
 * integers decide. After so many that were no better, the others are taken to be no better either.
 */
const MOST_EQUALS = 4096;

export class StableExtremes implements StableQuestions {
  private readonly kernel: Kernel;
  private readonly market: Gains;
  private readonly committee: CommitteeSearch;
  private readonly worst: number;
  /** Cells known to be used by a stable scheme. */
  private readonly used: Set<number>;
  private readonly unused = new Set<number>();
  /** By cell: 0 where linear relaxations prove that no stable scheme below OPT uses it. */
  private usable: Uint8Array | undefined;

  /**
   * @param worst the largest deficit of a stable scheme
   * @param used cells that some stable scheme uses, as far as known
   */
  constructor(kernel: Kernel, market: Gains, committee: CommitteeSearch, worst: number, used: Iterable<number>) {
    this.kernel = kernel;
    this.market = market;
    this.committee = committee;
    this.worst = worst;
    this.used = new Set([...used, ...committee.optimal.cells.flat()]);
  }

  get usedCells(): ReadonlySet<number> {
    return this.used;
  }

  /** Deficits below OPT that stable schemes may have. */
  private get deficits(): number[] {
    return this.worst > 0 ? this.committee.levels.candidates.filter((d) => d <= this.worst) : [];
  }

  /** Whether some stable scheme uses the cell. @throws TooLargeError where the search is too long. */
  *uses(cell: number): Steps<boolean> {
    if (this.used.has(cell)) return true;
    if (this.worst === 0 || this.unused.has(cell)) return false;
    this.usable ??= yield* this.proveUnused();
    if (this.usable[cell] === 0) return false;
    const scheme = yield* this.stableThrough(cell);
    if (!scheme) this.unused.add(cell);
    else for (const [s, policy] of scheme.entries()) this.used.add(this.market.firstCell[s]! + policy);
    return scheme !== null;
  }

  private proveUnused() {
    const { levels, players } = this.committee;
    const { firstCell, gains } = this.market;
    const alone = players.map((player, j) => ({
      weights: players.map((_, i) => (i === j ? 1 : 0)),
      value: gains[player]!,
    }));
    return usableCells({
      kernel: this.kernel,
      firstCell,
      loss: this.committee.loss,
      sums: [...alone, ...levels.sums],
      deficits: this.deficits,
      thresholds: (d) => levels.bobThresholds(d),
    });
  }

  /** A stable scheme below OPT that uses the cell: a search of the market without the state's other policies. */
  private *stableThrough(cell: number): Steps<Scheme | null> {
    const { firstCell, gains } = this.market;
    const state = firstCell.findLastIndex((first) => first <= cell);
    const kept = Array.from({ length: firstCell.at(-1)! }, (_, c) => c).filter(
      (c) => c === cell || c < firstCell[state]! || c >= firstCell[state + 1]!,
    );
    const removed = firstCell[state + 1]! - firstCell[state]! - 1;
    const shape = {
      firstCell: Int32Array.from(firstCell, (first, s) => (s > state ? first - removed : first)),
      loss: Float64Array.from(kept, (c) => this.committee.loss[c]!),
      reach: this.worst,
    };
    const bytes = tableBytes(shape);
    const space = new SearchSpace(this.kernel, { ...shape, tableBytes: TABLE_BYTES, stairs: bytes > TABLE_BYTES });
    const directions: Direction[] = [];
    let search: Search | undefined;
    try {
      for (const player of this.committee.players)
        directions.push(yield* space.build(Float64Array.from(kept, (c) => gains[player]![c]!)));
      search = space.open(directions, directions.length);
      for (const d of this.deficits) {
        const thresholds = this.committee.levels.bobThresholds(d);
        if (directions.some(({ levels }, j) => levels.exactly(d) < thresholds[j]!)) continue;
        search.begin(d, thresholds);
        if (yield* next(search)) {
          const scheme = search.scheme();
          scheme[state] = cell - firstCell[state]!;
          return scheme;
        }
      }
      return null;
    } finally {
      search?.release();
      for (const direction of directions) direction.release();
    }
  }

  /**
   * The totals of gains, by player of the market, of a stable scheme with the largest
   * Σ weights[i] · total of players[i] − aliceWeight · Alice's total.
   * @throws TooLargeError where the search is too long.
   */
  *largest(players: readonly number[], weights: readonly bigint[], aliceWeight: bigint): Steps<Float64Array> {
    const { firstCell, gains } = this.market;
    const value = new WeightedTotal(this.market, this.committee.loss, players, weights, aliceWeight);
    let scheme: Scheme = this.committee.optimal.cells.map((cells, s) => {
      const best = cells.reduce((most, cell) => (value.exact[cell]! > value.exact[most]! ? cell : most));
      return best - firstCell[s]!;
    });
    if (this.worst > 0) scheme = (yield* this.above(value, value.of(scheme))) ?? scheme;
    return Float64Array.from(gains, (gain) => totalOf(this.market, scheme, gain));
  }

  /** The stable scheme below OPT with the largest total of `value`, where it is above `best`. */
  private *above(value: WeightedTotal, best: bigint): Steps<Scheme | null> {
    const { levels } = this.committee;
    const direction = yield* levels.direction(value.searched);
    const search = levels.open(direction);
    const at = levels.directions.length;
    let most = best;
    let found: Scheme | null = null;
    let equals = 0;
    const threshold = () => (equals > MOST_EQUALS ? value.surelyAbove(most) : value.leastAbove(most));
    try {
      for (const d of this.deficits) {
        if (direction.levels.bound(d) < threshold()) continue;
        search.begin(d, [...levels.thresholds(d), threshold()]);
        while (yield* next(search)) {
          const scheme = search.scheme();
          const total = value.of(scheme);
          if (total > most) {
            most = total;
            found = scheme;
          } else equals++;
          search.raise(at, threshold());
        }
      }
      return found;
    } finally {
      search.release();
      direction.release();
    }
  }
}

/** Whether there is a next scheme. */
function* next(search: Search): Steps<boolean> {
  for (let trials = 0; trials < MOST_TRIALS; trials += SLICE) {
    const status = search.run(SLICE);
    yield;
    if (status !== Status.paused) return status === Status.found;
  }
  throw new TooLargeError(
    `misalignment asks for stable schemes that ${MOST_TRIALS} trials do not find: leave it out with an empty scope, or round the utilities`,
  );
}
