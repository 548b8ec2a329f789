/** What the page and its web worker say to each other. */
import type { AlignOptions, AlignResult } from '../align/align.ts';
import type { HullOptions } from '../hull/hull.ts';
import type { HullResult } from '../hull/results.ts';
import type { ScoreOptions } from '../hull/scores.ts';
import type { SolveResult, SweepResult } from '../market/results.ts';
import type { SolveOptions } from '../market/solve.ts';
import type { SweepOptions } from '../market/sweep.ts';
import type { UtilityTable } from '../market/table.ts';

/** What cannot be posted, or means nothing in a page. */
type Local = 'pool' | 'threads' | 'signal' | 'onProgress';

/** Input, options and result of each computation. */
export interface Computed {
  solve: { input: UtilityTable; options: Omit<SolveOptions, Local>; result: SolveResult };
  sweep: { input: UtilityTable; options: Omit<SweepOptions, Local>; result: SweepResult };
  hull: { input: string; options: Omit<HullOptions & ScoreOptions, Local>; result: HullResult };
  align: { input: string; options: Omit<AlignOptions, Local>; result: AlignResult };
}

export type Command = keyof Computed;

export interface Request<C extends Command = Command> {
  readonly id: number;
  readonly command: C;
  readonly input: Computed[C]['input'];
  readonly options: Computed[C]['options'];
}

export type Reply =
  | { readonly id: number; readonly progress: readonly [done: number, total: number, note?: string] }
  | { readonly id: number; readonly result: Computed[Command]['result'] }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };
