/** Figures 1 to 4: four lines of error with their bands, and the sparsity of NNLS and simplex fits. */
import type { CurvePoint, EpsilonPoint, FitError, HullResult, SetError } from '../../hull/results.ts';
import { type Block, renderHtml, renderSvg, type TopLevelSpec } from '../render.ts';
import { colour, dash, plotSize } from '../theme.ts';
import type { Plot } from './plot.ts';

/** The paper's colours, with dashes so that the lines are told apart in grey as well. */
const LINES = [
  { key: 'best', name: 'best individual', colour: colour.blue, dash: [...dash.dotted] },
  { key: 'average', name: 'simple average', colour: colour.orange, dash: [...dash.dashed] },
  { key: 'nnls', name: 'NNLS', colour: colour.green, dash: [1, 0] },
  { key: 'simplex', name: 'simplex', colour: colour.red, dash: [8, 2, 2, 2] },
] as const;

type Line = (typeof LINES)[number];
/** How a line looks. */
type Style = Pick<Line, 'colour'> & { readonly name: string; readonly dash: readonly number[] };

interface Place {
  readonly k: number;
  readonly line: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

const short = (value: number) =>
  value === 0 ? '0' : Math.abs(value) < 1e-4 ? value.toExponential(3) : value.toPrecision(4);

function places(
  curve: readonly CurvePoint[],
  lines: readonly Line[],
  read: (point: CurvePoint, line: Line) => readonly [value: number, band: number],
): Place[] {
  return lines.flatMap((line) =>
    curve.map((point) => {
      const [value, band] = read(point, line);
      const [low, high] = [Math.max(0, value - band), value + band];
      return { k: point.k, line: line.name, value, low, high, text: `${short(value)} ± ${short(band)}` };
    }),
  );
}

/** A band is cut where it would make the lines flat: at this multiple of the highest line beyond the first points. */
const ROOM = 1.15;

function heights(values: readonly Place[], sizes: number): [number, number] {
  const low = Math.min(...values.map((place) => place.low));
  const high = Math.max(...values.map((place) => place.high));
  // With many sizes the first few may lie far above all others: they leave the picture rather than flatten it.
  const settled = Math.max(...values.filter(({ k }) => k > sizes / 20).map((place) => place.high), 0);
  const top = sizes >= 40 ? Math.min(high, low + (settled - low) * 1.6) : high;
  return [Math.max(0, low - (top - low) * 0.08), low + (top - low) * (1 + (ROOM - 1) / 2)];
}

/** Every size up to 12; else the first one and some five round ones. */
function sizeTicks(last: number): number[] {
  if (last <= 12) return Array.from({ length: last }, (_, i) => i + 1);
  const step = [5, 10, 20, 50, 100, 200, 500].find((size) => last / size <= 7) ?? 1000;
  return [1, ...Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step)];
}

function bands(
  values: readonly Place[],
  lines: readonly Style[],
  curve: readonly CurvePoint[],
  titles: { readonly y: string; readonly x: string },
): Plot {
  const domain = lines.map(({ name }) => name);
  const last = curve.at(-1)?.k ?? 1;
  const x = {
    field: 'k',
    type: 'quantitative' as const,
    title: titles.x,
    scale: { domain: [1, Math.max(last, 2)], nice: false, zero: false },
    axis: { values: sizeTicks(last), format: 'd', labelFlush: false },
  };
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    title: titles.y,
    scale: { domain: heights(values, last), nice: false, zero: false },
    axis: { tickCount: 6 },
  };
  const stroke = {
    field: 'line',
    type: 'nominal' as const,
    title: null,
    scale: { domain, range: lines.map((line) => line.colour) },
  };
  const legend = {
    orient: 'bottom' as const,
    direction: 'horizontal' as const,
    columns: 2,
    symbolType: 'stroke',
    symbolSize: 260,
  };
  const strokeDash = {
    field: 'line',
    type: 'nominal' as const,
    title: null,
    scale: { domain, range: lines.map((line) => [...line.dash]) },
    legend,
  };
  return {
    ...plotSize,
    data: { values: [...values] },
    layer: [
      {
        mark: { type: 'area', fillOpacity: 0.17, clip: true, tooltip: null },
        encoding: {
          x,
          y: { ...y, field: 'low' },
          y2: { field: 'high' },
          fill: { ...stroke, legend: null },
        },
      },
      {
        mark: { type: 'line', strokeWidth: 1.6, clip: true },
        encoding: { x, y, stroke: { ...stroke, legend }, strokeDash },
      },
      {
        mark: { type: 'point', filled: true, size: last <= 12 ? 24 : 60, opacity: last <= 12 ? 1 : 0, clip: true },
        encoding: {
          x,
          y,
          fill: { ...stroke, legend: null },
          tooltip: [
            { field: 'line', type: 'nominal', title: 'method' },
            { field: 'k', type: 'nominal', title: 'Bobs K' },
            { field: 'text', type: 'nominal', title: 'value' },
          ],
        },
      },
    ],
    resolve: { scale: { fill: 'independent', stroke: 'independent', strokeDash: 'independent' } },
  };
}

const bandOf = ({ std, se }: SetError) => se ?? std;

/** Scores that a scale maps to [0, 1] have a unit; others are as they were given. */
const unit = ({ options }: HullResult) => (options.scale ? 'scores in [0, 1]' : 'scores as given');

/** Figures 1, 3 and 4: test MSE against K; the band is ±1 standard deviation over sets, or error over targets. */
export function hullErrors(result: HullResult): Plot {
  const { curve } = result;
  const values = places(curve, LINES, (point, { key }) => [point[key].mse, bandOf(point[key])]);
  return bands(values, LINES, curve, { x: 'number of Bobs K', y: `test MSE (${unit(result)})` });
}

/** Figure 2: weights above 1e-6 against K. */
export function hullSparsity({ curve }: HullResult): Plot {
  const fits = LINES.filter(({ key }) => key === 'nnls' || key === 'simplex');
  const values = places(curve, fits, (point, { key }) => {
    const fit: FitError = key === 'nnls' ? point.nnls : point.simplex;
    return [fit.nonzero, fit.nonzeroSe ?? fit.nonzeroStd];
  });
  return bands(values, fits, curve, { x: 'number of Bobs K', y: 'non-zero weights' });
}

/** Definition 1's epsilon against K, and the sup-norm distances that the least-squares fits reach. */
export function hullEpsilon(result: HullResult): Plot {
  const { curve } = result;
  const lines = [
    { ...LINES[2], name: 'NNLS fit', read: (epsilon: EpsilonPoint) => epsilon.nnls },
    { ...LINES[3], name: 'simplex fit', read: (epsilon: EpsilonPoint) => epsilon.simplex },
    { ...LINES[0], name: 'least, w ≥ 0', read: (epsilon: EpsilonPoint) => epsilon.cone },
    { ...LINES[1], name: 'least, Σ w = 1', read: (epsilon: EpsilonPoint) => epsilon.simplexLeast },
  ];
  const known = curve.filter(({ epsilon }) => epsilon);
  const values = lines.flatMap(({ name, read }) =>
    known.map(({ k, epsilon }): Place => {
      const value = read(epsilon!);
      return { k, line: name, value, low: value, high: value, text: short(value) };
    }),
  );
  return bands(values, lines, known, { x: 'number of Bobs K', y: `sup-norm distance ε (${unit(result)})` });
}

const overWhat = ({ targets, orders, options }: HullResult) =>
  targets.length > 1
    ? `±1 standard error over ${targets.length} humans`
    : `±1 standard deviation over ${orders > 0 ? `${orders} permutations` : `${options.sets === 'all' ? 'all' : 'drawn'} subsets of each size`}`;

export const errorCaption = (result: HullResult) =>
  `Mean squared error on held-out items (${result.folds} folds by ${result.options.foldsBy}) against the number of Bobs; bands: ${overWhat(result)}.`;
export const sparsityCaption = (result: HullResult) =>
  `Weights above 1e-6 of the NNLS and the simplex fits; bands: ${overWhat(result)}.`;

const hasEpsilon = ({ curve }: HullResult) => curve.some(({ epsilon }) => epsilon);
export const EPSILON_CAPTION =
  'The smallest ε of Definition 1 over all items, with any offset, for the first K Bobs of the file (w ≥ 0, and Σ w = 1), and the distances that the least-squares weights reach: the theory speaks of ε, the experiments of the MSE.';

/** The figures of one data set, each a column wide. */
export function hullBlocks(result: HullResult, title: string): Block[] {
  return [
    { figure: hullErrors(result), caption: `${title}. ${errorCaption(result)}`, narrow: true },
    { figure: hullSparsity(result), caption: `${title}. ${sparsityCaption(result)}`, narrow: true },
    ...(hasEpsilon(result)
      ? [{ figure: hullEpsilon(result), caption: `${title}. ${EPSILON_CAPTION}`, narrow: true }]
      : []),
  ];
}

/** Room between plotting areas for axes, titles and legends: areas then stand exactly under and beside each other. */
const GAPS = { row: 84, column: 78 };
/** A title above a plotting area needs so much more. */
const TITLE = 20;

const grid = (figures: readonly Plot[], columns: number, row = GAPS.row): TopLevelSpec => ({
  concat: [...figures],
  columns,
  bounds: 'flush',
  spacing: { ...GAPS, row },
});

/** Panels for several data sets in one picture, two beside each other (a page wide): errors above, sparsity below. */
export function hullPanels(panels: readonly { readonly title: string; readonly result: HullResult }[]): TopLevelSpec {
  const columns = Math.min(2, panels.length);
  // An odd number of panels would let sparsity begin beside the last error.
  const wide = panels.length % columns === 0 ? columns : panels.length;
  return grid(
    [hullErrors, hullSparsity].flatMap((figure) => panels.map(({ title, result }) => ({ ...figure(result), title }))),
    wide,
    GAPS.row + TITLE,
  );
}

/** What `hull --plot` writes: figures one under the other, a column wide. */
export async function drawHull(result: HullResult, kind: 'svg' | 'html', title: string): Promise<string> {
  const figures = [hullErrors(result), hullSparsity(result), ...(hasEpsilon(result) ? [hullEpsilon(result)] : [])];
  if (kind === 'svg') return renderSvg(grid(figures, 1));
  return renderHtml(title, [{ heading: 'Alignment error and sparsity', blocks: hullBlocks(result, title) }]);
}
