/** All figures of a sweep: Figures 5, 6 and 7 side by side as one picture, or as a page. */
import { InputError } from '../../errors.ts';
import type { SweepResult } from '../../market/results.ts';
import { readingsOf } from '../readings.ts';
import { type Block, renderHtml, renderSvg, type TopLevelSpec } from '../render.ts';
import { dynamicsByMisalignment } from './dynamics-by-misalignment.ts';
import { growthPaths } from './growth-paths.ts';
import type { Plot } from './plot.ts';
import { isMixed, readingOf } from './points.ts';
import { worstByMisalignment } from './worst-by-misalignment.ts';

export interface NamedFigure {
  /** For a file name. */
  readonly name: 'figure-5' | 'figure-6' | 'figure-7';
  readonly title: string;
  readonly caption: string;
  readonly plot: Plot;
}

/** What a caption adds where two answers are shown. */
const BESIDE =
  'Markers are worst equilibria over randomised schemes. Those over deterministic schemes, each at its own ε, are outlined with a bar through them and linked to the randomised one; without such a link both are on one place.';

/**
 * The figures that a sweep has data for: 5 and 6 need a misalignment reading, 7 needs growth paths.
 * @param reading which of the result's misalignment readings is on the x axes
 */
export function sweepFigures(result: SweepResult, reading = 0): NamedFigure[] {
  const figures: NamedFigure[] = [];
  const shown = readingOf(result, reading);
  const mixed = isMixed(result);
  if (shown) {
    const scope = `misalignment over ${shown.scope}, weights in the ${shown.weights}`;
    figures.push(
      {
        name: 'figure-5',
        title: 'Figure 5: worst equilibria',
        caption: `Misalignment against Alice’s utility in the worst equilibrium, every committee (${scope}). Dotted: the most that any scheme gives her. Dashed: the bound OPT − 2ε of Theorem 6. A fuller marker stands for more committees.${mixed ? ` ${BESIDE}` : ''}`,
        plot: worstByMisalignment(result, reading),
      },
      {
        name: 'figure-6',
        title: 'Figure 6: best-response dynamics',
        caption: `Where best-response dynamics end (solid) and the worst equilibrium (outlined), linked by a grey line where they differ (${scope}).${mixed ? ` ${BESIDE} Dynamics are among deterministic schemes.` : ''}`,
        plot: dynamicsByMisalignment(result, reading),
      },
    );
  }
  if (result.paths.length > 0)
    figures.push({
      name: 'figure-7',
      title: 'Figure 7: growing markets',
      caption: `Alice’s utility in the worst equilibrium while a market grows by one random Bob at a time: each path thin, darker where several coincide; ${mixed ? 'their mean thick. Solid lines and circles: over randomised schemes. Dashed lines and squares: over deterministic ones.' : 'their mean in blue.'}`,
      plot: growthPaths(result),
    });
  // A run that was stopped early must not look like a whole one.
  return result.complete ? figures : figures.map((one) => ({ ...one, title: `${one.title} (stopped early)` }));
}

/** The figures in one row, each under its title. @throws InputError where the sweep has data for none. */
export function sweepPlot(result: SweepResult, reading = 0): TopLevelSpec {
  const figures = sweepFigures(result, reading);
  if (figures.length === 0)
    throw new InputError('a sweep without misalignment (--scope) and without growth paths (--paths) has no figure');
  return { hconcat: figures.map(({ title, plot }) => ({ ...plot, title })), spacing: 28 };
}

/** Blocks of a page: each figure with its caption, one column wide. */
export function sweepBlocks(result: SweepResult, reading = 0): Block[] {
  return sweepFigures(result, reading).map(({ title, caption, plot }) => ({
    figure: plot,
    caption: `${title}. ${caption}`,
    narrow: true,
  }));
}

/** What `sweep --plot` writes: one SVG of all figures, or a page with one figure after the other. */
export async function drawSweep(result: SweepResult, kind: 'svg' | 'html', title: string): Promise<string> {
  const plot = sweepPlot(result);
  if (kind === 'svg') return renderSvg(plot);
  const readings = readingsOf(result.options, result.committees);
  return renderHtml(
    title,
    readings.length < 2
      ? [{ heading: 'Every committee', blocks: sweepBlocks(result) }]
      : readings.map(({ scope, weights }, reading) => ({
          heading: `Misalignment over ${scope}, weights in the ${weights}`,
          // The growth paths do not depend on the reading: once is enough.
          blocks: sweepBlocks(reading === 0 ? result : { ...result, paths: [] }, reading),
        })),
  );
}
