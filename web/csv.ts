/** CSV out: RFC 4180. */
import type { HullResult, SweepResult, UtilityTable } from '../src/browser/index.ts';
import { sweepRows } from '../src/report/sweep-rows.ts';

const cell = (value: string | number | null) => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
};

const lines = (rows: readonly (readonly (string | number | null)[])[]) =>
  `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;

/** The table as `parseTable` reads it. */
export function tableCsv({ states, policies, bobs, utilities, prior }: UtilityTable): string {
  const rows = states.flatMap((state, s) => policies[s]!.map((policy) => ({ state, policy, prior: prior?.[s] })));
  return lines([
    ['state', 'policy', ...(prior ? ['prior'] : []), 'alice', ...bobs],
    ...rows.map(({ state, policy, prior: weight }, i) => [
      state,
      policy,
      ...(weight === undefined ? [] : [weight]),
      ...utilities.map((player) => player[i]!),
    ]),
  ]);
}

/** As the command line writes it. */
export function sweepCsv(result: SweepResult): string {
  const { columns, rows } = sweepRows(result);
  return lines([columns, ...rows]);
}

export function hullCsv({ curve }: HullResult): string {
  return lines([
    ['k', 'best_mse', 'average_mse', 'nnls_mse', 'nnls_nonzero', 'simplex_mse', 'simplex_nonzero'],
    ...curve.map(({ k, best, average, nnls, simplex }) => [
      ...[k, best.mse, average.mse, nnls.mse, nnls.nonzero, simplex.mse, simplex.nonzero],
    ]),
  ]);
}
