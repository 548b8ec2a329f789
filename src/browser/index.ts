/**
 * `market-alignment/browser`: the same computations in a page. Everything runs in one module web worker on the same
 * kernels; nothing leaves the page. Bundled by scripts/browser.mjs, without Node.
 */
import type { AlignResult } from '../align/align.ts';
import type { HullResult } from '../hull/results.ts';
import type { SolveResult, SweepResult } from '../market/results.ts';
import type { UtilityTable } from '../market/table.ts';
import { ask, type BrowserRunOptions } from './client.ts';
import type { Computed } from './messages.ts';

export { AbortedError, EndpointError, InputError, InternalError, TooLargeError } from '../errors.ts';
export type { Exact } from '../exact/utility.ts';
export type * from '../hull/results.ts';
export { type Observations, parseObservations } from '../market/observations.ts';
export type * from '../market/results.ts';
export { parseTable, type TableOptions, tableFromRows, type UtilityTable } from '../market/table.ts';
export { VERSION } from '../version.ts';
export { type BrowserRunOptions, close, prepare } from './client.ts';

/** Options of a computation in a page: the library's, but for threads and pools. */
export type BrowserOptions<C extends keyof Computed> = Computed[C]['options'] & BrowserRunOptions;

/** `solve` of the library, in the page's web worker. @throws InputError, TooLargeError, AbortedError */
export function solve(table: UtilityTable, options: BrowserOptions<'solve'> = {}): Promise<SolveResult> {
  return ask('solve', table, options) as Promise<SolveResult>;
}

/** `sweep` of the library, in the page's web worker. @throws InputError, TooLargeError, AbortedError */
export function sweep(table: UtilityTable, options: BrowserOptions<'sweep'> = {}): Promise<SweepResult> {
  return ask('sweep', table, options) as Promise<SweepResult>;
}

/** `hull` of the library on the text of a score file (CSV or JSON rows), in the page's web worker. */
export function hull(scores: string, options: BrowserOptions<'hull'> = {}): Promise<HullResult> {
  return ask('hull', scores, options) as Promise<HullResult>;
}

/** `align` of the library on the text of a table or of scores, in the page's web worker. */
export function align(text: string, options: BrowserOptions<'align'> = {}): Promise<AlignResult> {
  return ask('align', text, options) as Promise<AlignResult>;
}
