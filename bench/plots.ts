/** Growth curves of the benchmarks: panels of seconds against one thing that grows, on docs/figures. */
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../src/report/files.ts';
import { renderSvg, type TopLevelSpec } from '../src/report/render.ts';
import { palette } from '../src/report/theme.ts';

export interface GrowthPoint {
  readonly who: string;
  readonly x: number;
  readonly seconds: number;
}

export interface GrowthPanel {
  readonly title: string;
  readonly points: readonly GrowthPoint[];
  /** Whether x grows by factors. */
  readonly log?: boolean;
}

const SIZE = { width: 200, height: 140 };
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross'];
const SECONDS =
  "datum.value < 0.0009 ? format(datum.value * 1e6, '~g') + ' µs' : datum.value < 0.9 ? format(datum.value * 1e3, '~g') + ' ms' : format(datum.value, '~g') + ' s'";

/** Whole powers of ten around the points: panels share them, so that curves compare across panels. */
function decades(panels: readonly GrowthPanel[]): number[] {
  const exponents = panels.flatMap(({ points }) => points.map(({ seconds }) => Math.log10(seconds)));
  const from = Math.floor(Math.min(...exponents));
  const to = Math.ceil(Math.max(...exponents));
  return Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
}

/** Panels in rows of two; series in the order in which they first come. */
export function growthFigure(panels: readonly GrowthPanel[]): TopLevelSpec {
  const who = [...new Set(panels.flatMap(({ points }) => points.map((point) => point.who)))];
  const ticks = decades(panels);
  const series = who.length > 1;
  const one = ({ title, points, log = false }: GrowthPanel) => {
    const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
    return {
      ...SIZE,
      data: { values: points },
      mark: { type: 'line' as const, strokeWidth: 1.2, point: { filled: true, size: 28 } },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative' as const,
          title,
          scale: log
            ? { type: 'log' as const, nice: false, padding: 8 }
            : { type: 'linear' as const, nice: false, zero: false, padding: 8 },
          axis: { values: xs, format: ',d' },
        },
        y: {
          field: 'seconds',
          type: 'quantitative' as const,
          title: null,
          scale: { type: 'log' as const, domain: [ticks[0]!, ticks.at(-1)!], nice: false },
          axis: { values: ticks, labelExpr: SECONDS },
        },
        ...(series
          ? {
              color: {
                field: 'who',
                type: 'nominal' as const,
                scale: { domain: who, range: palette.slice(0, who.length) },
                legend: { title: null, orient: 'bottom' as const, columns: 2 * Math.min(2, panels.length) },
              },
              shape: {
                field: 'who',
                type: 'nominal' as const,
                scale: { domain: who, range: SHAPES.slice(0, who.length) },
                legend: { title: null, orient: 'bottom' as const, columns: 2 * Math.min(2, panels.length) },
              },
            }
          : { color: { value: palette[0]! } }),
      },
    };
  };
  return { concat: panels.map(one), columns: 2, spacing: 24 };
}

/** Draws panels into docs/figures/<name>.svg; returns the file's name. */
export async function drawGrowth(name: string, panels: readonly GrowthPanel[]): Promise<string> {
  const file = `${name}.svg`;
  await writeWhole(
    fileURLToPath(new URL(`../docs/figures/${file}`, import.meta.url)),
    await renderSvg(growthFigure(panels)),
  );
  return file;
}
