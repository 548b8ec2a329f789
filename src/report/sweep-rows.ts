/** A sweep as rows: one a committee, for CSV files and tables. */
import type { SweepResult } from '../market/results.ts';
import { readingCells, readingColumns, readingsOf } from './readings.ts';
import { shownScheme } from './shown-scheme.ts';

/** Header and rows; each misalignment reading has columns of its own. Lists inside a cell are parted by semicolons. */
export function sweepRows({ committees, options }: SweepResult): {
  readonly columns: string[];
  readonly rows: (string | number | null)[][];
} {
  const readings = readingsOf(options, committees);
  const mixed = options.schemes === 'randomised';
  const bounded = committees.some(({ lowerBound }) => lowerBound);
  return {
    columns: [
      ...['size', 'bobs', 'worst', 'worst_exact', 'stable'],
      ...(bounded ? ['lower_bound'] : []),
      ...(mixed ? ['worst_deterministic'] : []),
      ...readingColumns(readings),
      ...(mixed ? readingColumns(readings, '_deterministic') : []),
      ...['dynamics', 'dynamics_min', 'dynamics_max', 'selected', 'scheme'],
    ],
    rows: committees.map((committee) => {
      const { bobs, worst, lowerBound, deterministic, stable, dynamics } = committee;
      return [
        ...[bobs.length, bobs.join(';'), worst.alice.value, worst.alice.exact, stable?.count ?? null],
        ...(bounded ? [lowerBound?.value ?? null] : []),
        ...(mixed ? [deterministic?.alice.value ?? null] : []),
        ...readingCells(readings, committee),
        ...(mixed ? readingCells(readings, deterministic) : []),
        ...[dynamics.alice.value, dynamics.range.min.value, dynamics.range.max.value],
        ...[dynamics.selected, shownScheme(worst).join(';')],
      ];
    }),
  };
}
