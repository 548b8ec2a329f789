/** What the computing side and the workers agree on: names in Redis, and batches of parts as BullMQ jobs. */
import { VERSION } from '../version.ts';

/** Workers take batches of their own version only. */
export const DEFAULT_QUEUE = `market-alignment-${VERSION}`;
/** The parents of the batches: one a run. */
export const runsQueue = (queue: string) => `${queue}-runs`;

/** The task's name and shared data of a run, packed; where it is gone, the run is over. */
export const dataKey = (run: string) => `market-alignment:{${run}}:data`;
/** Hash of packed results by the number of the batch's first part. */
export const resultsKey = (run: string) => `market-alignment:{${run}}:results`;
/** Seconds that both live without the computing side, which renews them. */
export const LIFE = 3600;

/** A BullMQ job: parts first … first+count-1 of a run. */
export interface Batch {
  readonly run: string;
  readonly first: number;
  readonly count: number;
  /** The parts, packed, in base64. */
  readonly parts: string;
}

/** Target of one batch, in seconds of one thread: long against the 1 to 2 ms that a BullMQ job costs. */
const BATCH_SECONDS = 0.5;
const MOST_BATCHES = 2048;
/** Where nobody estimated the work. */
const USUAL_BATCHES = 256;

/** How many parts a batch has. */
export function batchSize(parts: number, seconds: number | undefined): number {
  const wanted =
    seconds === undefined || !Number.isFinite(seconds) ? USUAL_BATCHES : Math.ceil(seconds / BATCH_SECONDS);
  return Math.ceil(parts / Math.min(Math.max(wanted, 1), MOST_BATCHES));
}
