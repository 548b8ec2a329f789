/** The page: reads a table or scores, computes in the web worker (or on the server where that is large), shows. */
import {
  AbortedError,
  type HullResult,
  hull,
  InputError,
  parseTable,
  prepare,
  type SolveResult,
  type SweepResult,
  solve,
  sweep,
  type UtilityTable,
} from '../src/browser/index.ts';
import { committeeOf, showDynamics, showLeaving, showSummary, wireSteps } from './answer.ts';
import { hullCsv, sweepCsv, tableCsv } from './csv.ts';
import { block, button, byId, make } from './dom.ts';
import { editor } from './editor.ts';
import { hasServer, sweepThere } from './remote.ts';
import { save } from './save.ts';
import { fromHash, type Shared, toHash } from './share.ts';

prepare();

/** A sweep lists 2^k committees: beyond this many Bobs, or this many schemes, the server does it. */
const MOST_BOBS_HERE = 8;
const MOST_SCHEMES_HERE = 2 ** 30;
/** After the last key, in ms. */
const TYPING = 250;
const MOST_BYTES = 16 * 2 ** 20;

const select = byId('source', HTMLSelectElement);
const paste = byId('paste', HTMLTextAreaElement);
const file = byId('file', HTMLInputElement);
const bar = byId('progress', HTMLProgressElement);

let text = '';
let table: UtilityTable | undefined;
let committee: string[] = [];
let swept: SweepResult | undefined;
let fitted: HullResult | undefined;
let running = new AbortController();
let typing = 0;

const say = (what: string) => {
  block('status').textContent = what;
};

function complain(error: unknown): void {
  if (error instanceof AbortedError || (error instanceof Error && error.name === 'AbortError')) return;
  block('error').textContent = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InputError)) console.error(error);
}

function progress(done: number, total: number, note = ''): void {
  block('running').hidden = false;
  if (total > 0) {
    bar.max = total;
    bar.value = done;
  } else bar.removeAttribute('value');
  say(note === '' ? 'Computing …' : `Computing: ${note}`);
}

/** A new computation: the one before is stopped. */
function begin(): AbortSignal {
  running.abort();
  running = new AbortController();
  block('error').textContent = '';
  return running.signal;
}

async function show(): Promise<void> {
  if (!swept || !table) return;
  const chosen = committeeOf(swept, committee);
  if (!chosen) return;
  showSummary(swept, chosen);
  showLeaving(swept, chosen);
  showDynamics(swept, chosen);
  const { showFigures, solveFigure, sweepFigureList } = await import('./figures.ts');
  const one: SolveResult = {
    ...swept,
    ...chosen,
    kind: 'solve',
    options: { ...swept.options, committee: chosen.bobs },
  };
  await showFigures(block('figures'), [solveFigure(one), ...sweepFigureList(swept)]);
}

function showCommittee(): void {
  const boxes = (table?.bobs ?? []).map((bob) => {
    const box = make('input', { type: 'checkbox', ...(committee.includes(bob) ? { checked: '' } : {}) });
    box.addEventListener('change', () => {
      const next = table!.bobs.filter((one) => (one === bob ? box.checked : committee.includes(one)));
      if (next.length === 0) {
        box.checked = true;
        say('At least one provider must be in the market.');
        return;
      }
      say('');
      committee = next;
      void show().catch(complain);
    });
    return make('label', {}, box, bob);
  });
  block('committee').replaceChildren(make('legend', { class: 'hidden' }, 'Providers in the market'), ...boxes);
}

async function computeSweep(given: UtilityTable): Promise<void> {
  const signal = begin();
  const options = { signal, onProgress: progress };
  const schemes = given.policies.reduce((product, { length }) => product * length, 1);
  const large = given.bobs.length > MOST_BOBS_HERE || schemes > MOST_SCHEMES_HERE;
  const began = performance.now();
  try {
    // The least of it first, without linear programs: an answer while the rest is computed.
    if (!large) {
      const first = await solve(given, { scope: [], runs: 1, committee, signal });
      if (!signal.aborted && swept === undefined) showSummary(first, first);
    }
    const there = large && (await hasServer()) ? await sweepThere(tableCsv(given), options) : undefined;
    const result = there ?? (await sweep(given, options));
    if (signal.aborted) return;
    swept = result;
    const seconds = ((performance.now() - began) / 1000).toPrecision(2);
    say(
      `${result.committees.length} committees, ${result.schemes} schemes, ${seconds} s ${there ? 'on the server' : 'in your browser'}.`,
    );
    await show();
  } finally {
    if (!signal.aborted) block('running').hidden = true;
  }
}

async function computeHull(scores: string): Promise<void> {
  const signal = begin();
  try {
    fitted = await hull(scores, { signal, onProgress: progress, permutations: 20 });
    if (signal.aborted) return;
    const { hullFigureList, showFigures } = await import('./figures.ts');
    await showFigures(block('figures'), hullFigureList(fitted));
    say(`${fitted.items} items, ${fitted.bobs.length} Bobs, 20 random orders, ${fitted.folds} folds.`);
  } finally {
    if (!signal.aborted) block('running').hidden = true;
  }
}

function useTable(given: UtilityTable, members?: readonly number[]): void {
  const chosen = members?.map((i) => given.bobs[i]).filter((bob) => bob !== undefined) ?? [];
  table = given;
  fitted = undefined;
  committee = chosen.length > 0 ? given.bobs.filter((bob) => chosen.includes(bob)) : [...given.bobs];
  block('market-answer').hidden = false;
  block('editor').replaceChildren(editor(given, edited));
  showCommittee();
}

function edited(next: UtilityTable): void {
  clearTimeout(typing);
  typing = window.setTimeout(() => {
    select.value = 'own';
    text = tableCsv(next);
    try {
      table = parseTable(text, { format: 'csv' });
    } catch (error) {
      complain(error);
      return;
    }
    void computeSweep(table).catch(complain);
  }, TYPING);
}

/** Scores have no states: the header tells them from a table. */
const isTable = (given: string) =>
  /^\uFEFF?\s*[[{]/.test(given) || /(^|,)"?(state|policy)"?(,|\r?$)/m.test(given.split('\n', 1)[0]!);

async function open({ source, text: given, committee: members }: Shared): Promise<void> {
  try {
    if (given === undefined) {
      const response = await fetch(`tables/${encodeURIComponent(source)}.csv`);
      if (!response.ok) throw new InputError(`there is no table called ${source}`);
      text = await response.text();
    } else text = given;
    select.value = given === undefined ? source : 'own';
    if (isTable(text)) {
      const parsed = parseTable(text);
      useTable(parsed, members);
      await computeSweep(parsed);
      return;
    }
    table = undefined;
    swept = undefined;
    block('market-answer').hidden = true;
    block('editor').replaceChildren();
    await computeHull(text);
  } catch (error) {
    complain(error);
  }
}

async function openFile(given: File | null | undefined): Promise<void> {
  if (!given) return;
  if (given.size > MOST_BYTES)
    return complain(new InputError(`${given.name} has more than 16 MB: use the command line`));
  await open({ source: 'own', text: await given.text() });
}

async function share(): Promise<void> {
  const members =
    table && committee.length < table.bobs.length ? committee.map((bob) => table!.bobs.indexOf(bob)) : undefined;
  const own = select.value === 'own' ? { text } : {};
  const hash = await toHash({ source: select.value, ...own, ...(members ? { committee: members } : {}) });
  history.replaceState(null, '', hash);
  await navigator.clipboard?.writeText(location.href).catch(() => {});
  say('The link is in the address bar, and on your clipboard where the browser allows.');
}

function wire(): void {
  wireSteps();
  select.addEventListener('change', () => {
    if (select.value === 'own') byId('paste-box', HTMLDetailsElement).open = true;
    else void open({ source: select.value });
  });
  file.addEventListener('change', () => void openFile(file.files?.[0]));
  button('use-paste').addEventListener('click', () => void open({ source: 'own', text: paste.value }));
  button('share').addEventListener('click', () => void share().catch(complain));
  button('cancel').addEventListener('click', () => {
    running.abort();
    block('running').hidden = true;
    say('Stopped.');
  });
  const result = () => fitted ?? swept;
  button('json').addEventListener('click', () => {
    if (result()) save('market-alignment.json', `${JSON.stringify(result(), null, 2)}\n`, 'application/json');
  });
  button('csv').addEventListener('click', () => {
    if (fitted) save('hull.csv', hullCsv(fitted), 'text/csv');
    else if (swept) save('committees.csv', sweepCsv(swept), 'text/csv');
  });
  button('table-csv').addEventListener('click', () => save('input.csv', table ? tableCsv(table) : text, 'text/csv'));
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    void openFile(event.dataTransfer?.files[0]);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void show().catch(complain));
  addEventListener('hashchange', () => void fromHash(location.hash).then((shared) => shared && open(shared), complain));
}

wire();
await fromHash(location.hash)
  .catch((error: unknown) => {
    complain(error);
    return undefined;
  })
  .then((shared) => open(shared ?? { source: 'synthetic-2' }));
