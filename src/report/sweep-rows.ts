/** A sweep as rows: one a committee, for CSV files and tables. */
import type { Misalignment, SweepResult } from '../market/results.ts';
import { shownScheme } from './shown-scheme.ts';

/** Columns of the misalignment readings, and a row's cells in them. */
export const readingColumns = (readings: readonly Misalignment[]): string[] =>
  readings.flatMap(({ scope, weights }) => [`epsilon_${scope}_${weights}`, `bound_${scope}_${weights}`]);

export const readingCells = (readings: readonly Misalignment[]): number[] =>
  readings.flatMap(({ epsilon, bound }) => [epsilon, bound]);

/** Header and rows; each misalignment reading has columns of its own. Lists inside a cell are parted by semicolons. */
export function sweepRows({ committees }: SweepResult): {
  readonly columns: string[];
  readonly rows: (string | number | null)[][];
} {
  const mixed = committees.some(({ deterministic }) => deterministic);
  return {
    columns: [
      ...['size', 'bobs', 'worst', 'worst_exact', 'stable'],
      ...(mixed ? ['worst_deterministic'] : []),
      ...readingColumns(committees[0]?.misalignment ?? []),
      ...['dynamics', 'dynamics_min', 'dynamics_max', 'selected', 'scheme'],
    ],
    rows: committees.map(({ bobs, worst, deterministic, stable, misalignment, dynamics }) => [
      ...[bobs.length, bobs.join(';'), worst.alice.value, worst.alice.exact, stable?.count ?? null],
      ...(mixed ? [deterministic?.alice.value ?? null] : []),
      ...readingCells(misalignment),
      ...[dynamics.alice.value, dynamics.range.min.value, dynamics.range.max.value],
      ...[dynamics.selected, shownScheme(worst).join(';')],
    ]),
  };
}
