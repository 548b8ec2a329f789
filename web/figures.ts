/** Figures in the page: drawn by Vega without evaluating code (content policy); the style sheet inverts them in the dark. */
import { parse, type Spec, View, Warn } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { HullResult, SolveResult, SweepResult } from '../src/browser/index.ts';
import { errorCaption, hullErrors, hullSparsity, sparsityCaption } from '../src/report/figures/hull.ts';
import { dynamicsCaption, dynamicsPath } from '../src/report/figures/solve.ts';
import { sweepFigures } from '../src/report/figures/sweep.ts';
import { legendLayout, theme } from '../src/report/theme.ts';
import { make } from './dom.ts';
import { save } from './save.ts';

export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly plot: TopLevelSpec;
}

async function drawn(plot: TopLevelSpec, into?: HTMLElement): Promise<View> {
  // On the page a figure has the page's ground, in a file its own.
  const compiled = compile(plot, { config: into ? { ...theme, background: 'transparent' } : theme }).spec;
  const legend = { ...compiled.config?.legend, ...legendLayout };
  const spec: Spec = { ...compiled, config: { ...compiled.config, legend } };
  const view = new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: into ? 'svg' : 'none',
    logLevel: Warn,
    ...(into ? { container: into, hover: true } : {}),
  });
  return view.runAsync();
}

export const sweepFigureList = (result: SweepResult): Figure[] => sweepFigures(result);

export const solveFigure = (result: SolveResult): Figure => ({
  name: 'dynamics',
  title: 'Best-response dynamics',
  caption: dynamicsCaption(result),
  plot: dynamicsPath(result),
});

export function hullFigureList(result: HullResult): Figure[] {
  return [
    {
      name: 'figure-1',
      title: 'Figure 1: error by number of Bobs',
      caption: errorCaption(result),
      plot: hullErrors(result),
    },
    {
      name: 'figure-2',
      title: 'Figure 2: non-zero weights',
      caption: sparsityCaption(result),
      plot: hullSparsity(result),
    },
  ];
}

/** What each place shows, and how often it was asked to show something. */
const places = new WeakMap<HTMLElement, { turn: number; views: View[] }>();

async function element({ name, title, caption, plot }: Figure): Promise<{ figure: HTMLElement; view: View }> {
  const canvas = make('div', { class: 'plot', role: 'img', 'aria-label': `${title}. ${caption}`, tabindex: '0' });
  const view = await drawn(plot, canvas);
  canvas.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  const download = make('button', { type: 'button', 'aria-label': `${title}: SVG` }, 'SVG');
  download.addEventListener('click', async () => {
    const alone = await drawn(plot);
    save(`${name}.svg`, await alone.toSVG(), 'image/svg+xml');
    alone.finalize();
  });
  const heading = make('header', {}, make('h3', {}, title), download);
  return { figure: make('figure', {}, heading, canvas, make('figcaption', {}, caption)), view };
}

/** Shows figures in place of those before. A call that another overtakes shows nothing. */
export async function showFigures(place: HTMLElement, figures: readonly Figure[]): Promise<void> {
  const state = places.get(place) ?? { turn: 0, views: [] };
  places.set(place, state);
  const mine = ++state.turn;
  const made: Awaited<ReturnType<typeof element>>[] = [];
  for (const figure of figures) {
    made.push(await element(figure));
    if (mine !== state.turn) break;
  }
  if (mine !== state.turn) {
    for (const { view } of made) view.finalize();
    return;
  }
  for (const view of state.views) view.finalize();
  state.views = made.map(({ view }) => view);
  place.replaceChildren(...made.map(({ figure }) => figure));
}
