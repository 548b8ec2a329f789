/** How long a job will take at least, roughly: what can only end in a time limit is refused before it starts. */
import { TooLargeError } from '../errors.ts';
import type { MarketOptions, RunOptions } from '../market/options.ts';
import type { UtilityTable } from '../market/table.ts';

/** Measured orders of magnitude on one thread; estimates are meant to be right within a factor of ten. */
const SECONDS_A_SCHEME = 1e-9;
const SECONDS_A_COMMITTEE = 2e-3;
const SECONDS_A_DYNAMICS_RUN = 2e-5;

/** Seconds of one thread for `committees` committees of a table. */
export function estimateMarket(
  table: Pick<UtilityTable, 'states' | 'policies'>,
  committees: number,
  { method, runs = 20 }: Pick<MarketOptions, 'runs'> & Pick<RunOptions, 'method'>,
): number {
  const schemes = table.policies.reduce((product, { length }) => product * length, 1);
  const listing = method === 'enumerate' ? schemes * SECONDS_A_SCHEME : 0;
  return listing + committees * (SECONDS_A_COMMITTEE + runs * table.states.length * SECONDS_A_DYNAMICS_RUN);
}

/** @throws TooLargeError where an estimate passes what one job may take. */
export function refuseLongWork(seconds: number, most: number): void {
  if (seconds > most)
    throw new TooLargeError(
      `the job would take about ${seconds.toPrecision(2)} s of one thread, and this server allows ${most} s a job: ask for less, or use the command line`,
    );
}
