/** A sweep as rows: one a committee, for CSV files and tables. */
import type { SweepResult } from '../market/results.ts';
import { shownScheme } from './shown-scheme.ts';

/** Header and rows; each misalignment reading has columns of its own. Lists inside a cell are parted by semicolons. */
export function sweepRows({ committees }: SweepResult): {
  readonly columns: string[];
  readonly rows: (string | number | null)[][];
} {
  const readings = committees[0]?.misalignment.map(({ scope, weights }) => `${scope}_${weights}`) ?? [];
  const mixed = committees.some(({ deterministic }) => deterministic);
  return {
    columns: [
      ...['size', 'bobs', 'worst', 'worst_exact', 'stable'],
      ...(mixed ? ['worst_deterministic'] : []),
      ...readings.flatMap((name) => [`epsilon_${name}`, `bound_${name}`]),
      ...['dynamics', 'dynamics_min', 'dynamics_max', 'selected', 'scheme'],
    ],
    rows: committees.map(({ bobs, worst, deterministic, stable, misalignment, dynamics }) => [
      ...[bobs.length, bobs.join(';'), worst.alice.value, worst.alice.exact, stable?.count ?? null],
      ...(mixed ? [deterministic?.alice.value ?? null] : []),
      ...misalignment.flatMap(({ epsilon, bound }) => [epsilon, bound]),
      ...[dynamics.alice.value, dynamics.range.min.value, dynamics.range.max.value],
      ...[dynamics.selected, shownScheme(worst).join(';')],
    ]),
  };
}
