/** Whether a worst equilibrium is proved to be the worst, or the worst found until a run was stopped. */
import type { SolveResult, SweepResult } from '../market/results.ts';

/** Over randomised schemes it is settled at once, unless Alice best-responds. */
export function isProved({ complete, options }: Pick<SolveResult | SweepResult, 'complete' | 'options'>): boolean {
  return complete || (options.schemes === 'randomised' && options.receiver === 'follow');
}
