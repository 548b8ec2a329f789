/** A market in the page: its table, who takes part, and what was computed of it. */
import {
  parseTable,
  type SolveResult,
  type SweepResult,
  solve,
  sweep,
  type UtilityTable,
} from '../src/browser/index.ts';
import { showDynamics, showSummary } from './answer.ts';
import { tableCsv } from './csv.ts';
import { block, byId } from './dom.ts';
import { editor } from './editor.ts';
import { compute } from './place.ts';
import { committeeOf, listProviders, showEffects } from './providers.ts';
import { complain, say } from './status.ts';

/** A sweep lists 2^k committees: beyond this many Bobs, or this many schemes, the server does it. */
const MOST_BOBS_HERE = 8;
const MOST_SCHEMES_HERE = 2 ** 30;
/** After the last key, in ms. */
const TYPING = 250;

let table: UtilityTable | undefined;
let committee: readonly string[] = [];
let swept: SweepResult | undefined;
let typing = 0;
const randomised = byId('randomised', HTMLInputElement);

/** What is shown; undefined while there is none. */
export const sweptResult = () => swept;

/** Numbers of the Bobs in the market, where some are not. */
export function membersOf(): number[] | undefined {
  if (!table || committee.length === table.bobs.length) return undefined;
  return committee.map((bob) => table!.bobs.indexOf(bob));
}

/** Whether providers may randomise. */
export const mayRandomise = () => randomised.checked;

export function leaveMarket(): void {
  clearTimeout(typing);
  table = undefined;
  swept = undefined;
  block('market-answer').hidden = true;
}

/** Draws what has been computed again: for another committee, or other colours. */
export async function showMarket(): Promise<void> {
  const chosen = swept && committeeOf(swept, committee);
  if (!swept || !chosen) return;
  showSummary(swept, chosen);
  showEffects(swept, chosen);
  showDynamics(swept, chosen);
  const { showFigures, solveFigure, sweepFigureList } = await import('./figures.ts');
  const { options } = swept;
  const one: SolveResult = { ...swept, ...chosen, kind: 'solve', options: { ...options, committee: chosen.bobs } };
  await showFigures(block('step-figure'), [solveFigure(one)]);
  await showFigures(block('figures'), sweepFigureList(swept));
}

/** A table and who takes part; `onShown` and `onEdit` are told when its market is shown, and of its text after an edit. */
export interface Opening {
  readonly text: string;
  readonly members?: readonly number[] | undefined;
  readonly randomised?: boolean | undefined;
  readonly onShown: () => void;
  readonly onEdit: (text: string) => void;
}

/** Computes a table's market and then shows it: until there is an answer, what was shown stays. @throws InputError */
export function openTable({ text, members, randomised: mixed, onShown, onEdit }: Opening): Promise<void> {
  const given = parseTable(text);
  const chosen = members?.map((i) => given.bobs[i]).filter((bob) => bob !== undefined) ?? [];
  const taking = chosen.length > 0 ? given.bobs.filter((bob) => chosen.includes(bob)) : given.bobs;
  if (mixed !== undefined) randomised.checked = mixed;
  let adopted = false;
  const adopt = () => {
    if (adopted) return;
    adopted = true;
    table = given;
    committee = taking;
    swept = undefined;
    block('market-answer').hidden = false;
    block('editor').replaceChildren(editor(given, (edited) => afterTyping(tableCsv(edited), onEdit)));
    listProviders(given.bobs, committee, (next) => {
      committee = next;
      void showMarket().catch(complain);
    });
    onShown();
  };
  clearTimeout(typing);
  if (!table) adopt();
  return computeMarket(given, taking, adopt);
}

function afterTyping(text: string, onEdit: (text: string) => void): void {
  clearTimeout(typing);
  typing = window.setTimeout(() => {
    onEdit(text);
    try {
      table = parseTable(text, { format: 'csv' });
      void computeMarket(table, committee, () => {});
    } catch (error) {
      complain(error);
    }
  }, TYPING);
}

/** Computes the market anew when the reader allows providers to randomise, or no more. */
export function wireMarket(): void {
  randomised.addEventListener('change', () => {
    if (table) void computeMarket(table, committee, () => {});
  });
}

function computeMarket(given: UtilityTable, taking: readonly string[], adopt: () => void): Promise<void> {
  const number = given.policies.reduce((product, { length }) => product * length, 1);
  const schemes = mayRandomise() ? 'randomised' : 'deterministic';
  return compute<SweepResult>({
    kind: 'sweep',
    csv: tableCsv(given),
    query: `schemes=${schemes}`,
    large: given.bobs.length > MOST_BOBS_HERE || number > MOST_SCHEMES_HERE,
    async here(run) {
      // The least of it first, without linear programs: an answer while the rest is computed.
      const first = await solve(given, { schemes, scope: [], runs: 1, committee: taking, signal: run.signal });
      if (!run.signal?.aborted) {
        adopt();
        if (!swept) showSummary(first, first);
      }
      return sweep(given, { schemes, ...run });
    },
    async show(result, how) {
      adopt();
      swept = result;
      say(`${result.committees.length} committees, ${result.schemes} schemes, ${how}.`);
      await showMarket();
    },
  });
}
