/**
 * Stable schemes by enumeration: one scan of all schemes answers for one committee, or for all of them at once.
 *
 * A scheme is stable for a committee C where C lies inside its open mask; so the schemes of C are those of all masks
 * that contain C, gathered for every C by one transform over supersets.
 */
import { InputError, TooLargeError } from '../errors.ts';
import type { MapOptions, Pool } from '../kernel/pool.ts';
import { indexEntry, mergeEntry, mergeScans, type ScanEntry, type ScanMode, type ScanResult } from '../kernel/scan.ts';
import { scanPlan } from '../kernel/scan-plan.ts';
import { Clock } from '../steps.ts';
import { committeeBobs } from './committee.ts';
import { Deviations } from './deviations.ts';
import type { CommitteeMask, Market } from './market.ts';
import { schemeOfRank } from './scheme.ts';
import { monopolySchemes, type StableSchemes } from './stable.ts';

/** Whom Alice selects where two Bobs offer her the same (decision: ties). */
export type TieRule = 'strict' | 'index';

export interface EnumerateOptions extends Pick<MapOptions<unknown>, 'signal' | 'deadline'> {
  readonly ties: TieRule;
  /** Whether undominated totals are collected as well, for misalignment over schemes. */
  readonly rows: boolean;
  /** In schemes. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Enumeration beyond this many schemes is refused: about an hour a thread. */
export const MOST_SCHEMES = 2n ** 42n;
/** A part of a scan: some milliseconds, so that progress and cancelling are prompt. */
const PART = 2n ** 26n;
/** Schemes a second and thread: the rate that estimates are made with. */
const RATE = 1e9;
/** A sweep lists 2^k committees. */
const MOST_SWEPT_BOBS = 16;

/** @throws TooLargeError where a market has too many schemes to list. */
export function refuseTooMany(market: Market): void {
  if (market.schemes <= MOST_SCHEMES) return;
  const hours = Number(market.schemes) / RATE / 3600;
  throw new TooLargeError(
    `${market.schemes} schemes are too many to enumerate (about ${hours.toPrecision(2)} hours of one thread; at most ${MOST_SCHEMES}): use --method search`,
  );
}

async function scanAll(pool: Pool, market: Market, mode: ScanMode, options: EnumerateOptions) {
  refuseTooMany(market);
  const deviations = new Deviations(pool.local, market);
  const clock = new Clock(options);
  for (const [j] of market.bobs.entries()) await clock.run(deviations.prepare(j + 1));
  const plan = scanPlan(
    market,
    market.bobs.map((_, j) => deviations.frontier(j + 1)),
  );
  const parts = Array.from({ length: Number((market.schemes + PART - 1n) / PART) }, (_, i) => {
    const first = BigInt(i) * PART;
    return { first, count: first + PART < market.schemes ? PART : market.schemes - first };
  });
  const schemes = Number(market.schemes);
  const { results, complete } = await pool.map('scan', { plan, mode }, parts, {
    signal: options.signal,
    deadline: options.deadline,
    seconds: schemes / RATE,
    onPart: (done) => options.onProgress?.(Math.min(done * Number(PART), schemes), schemes),
  });
  return { found: mergeScans(results), complete };
}

function toStable(market: Market, entry: ScanEntry, rows: boolean): StableSchemes {
  return {
    alice: entry.least,
    scheme: schemeOfRank(market, entry.leastRank),
    count: entry.count,
    cells: entry.cells,
    rows: rows ? entry.rows : null,
  };
}

/**
 * The stable schemes of the committee of all Bobs of `market` (restrict the market first for a smaller one).
 * `stable` is null where the deadline came before any was found.
 * @throws TooLargeError past MOST_SCHEMES schemes. @throws AbortedError
 */
export async function enumerateOne(
  pool: Pool,
  market: Market,
  options: EnumerateOptions,
): Promise<{ stable: StableSchemes | null; complete: boolean }> {
  if (market.bobs.length === 1) return { stable: monopolySchemes(market, 1), complete: true };
  const mode = { index: options.ties === 'index', whole: true, rows: options.rows };
  const { found, complete } = await scanAll(pool, market, mode, options);
  const entry = found.get(0);
  return { stable: entry ? toStable(market, entry, options.rows) : null, complete };
}

/**
 * The stable schemes of every committee, by mask; a committee is absent where the deadline came before any was found.
 * @throws InputError past 16 Bobs. @throws TooLargeError past MOST_SCHEMES schemes. @throws AbortedError
 */
export async function enumerateAll(
  pool: Pool,
  market: Market,
  options: EnumerateOptions,
): Promise<{ stable: Map<CommitteeMask, StableSchemes>; complete: boolean }> {
  const bobs = market.bobs.length;
  refuseTooManyCommittees(bobs);
  const index = options.ties === 'index';
  const { found, complete } = await scanAll(pool, market, { index, whole: false, rows: options.rows }, options);
  const supersets = index ? gatherByLowest(found, bobs) : gather(found, bobs);
  const stable = new Map<CommitteeMask, StableSchemes>();
  for (let committee = 1; committee < 2 ** bobs; committee++) {
    const members = committeeBobs(committee);
    if (members.length === 1) {
      stable.set(committee, monopolySchemes(market, members[0]! + 1));
      continue;
    }
    const entry = supersets(committee, members[0]!);
    if (!entry) continue;
    stable.set(committee, toStable(market, entry, options.rows));
  }
  return { stable, complete };
}

/** @throws InputError where a sweep would list more than 2^16 committees. */
export function refuseTooManyCommittees(bobs: number): void {
  if (bobs > MOST_SWEPT_BOBS)
    throw new InputError(
      `a sweep lists all 2^k committees: the table must have at most ${MOST_SWEPT_BOBS} Bobs, it has ${bobs}; use solve --committee`,
    );
}

/** Adds up, for every mask, the entries of all masks that contain it. */
function superset(entries: Map<number, ScanEntry>, bobs: number): Map<number, ScanEntry> {
  const sums = new Map([...entries].map(([mask, entry]) => [mask, { ...entry, rows: [...entry.rows] }]));
  for (let bob = 0; bob < bobs; bob++)
    for (let mask = 0; mask < 2 ** bobs; mask++) {
      if ((mask >> bob) & 1) continue;
      const above = sums.get(mask | (1 << bob));
      if (!above) continue;
      const known = sums.get(mask);
      if (known) mergeEntry(known, above);
      else sums.set(mask, { ...above, rows: [...above.rows] });
    }
  return sums;
}

type Lookup = (committee: CommitteeMask, lowest: number) => ScanEntry | undefined;

function gather(found: ScanResult, bobs: number): Lookup {
  const sums = superset(found, bobs);
  return (committee) => sums.get(committee);
}

/** Under the tie rule `index` each lowest Bob has entries of his own, by the mask from him on. */
function gatherByLowest(found: ScanResult, bobs: number): Lookup {
  const sums = Array.from({ length: bobs }, (_, lowest) => {
    const first = indexEntry(bobs, lowest, 0);
    const own = [...found].filter(([entry]) => entry >= first && entry < first + 2 ** (bobs - lowest));
    return superset(new Map(own.map(([entry, value]) => [entry - first, value])), bobs - lowest);
  });
  return (committee, lowest) => sums[lowest]!.get(committee >>> lowest);
}
