/** Everything an elicitation leaves besides its journal, written from the journal alone. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { writeWhole } from '../report/files.ts';
import { VERSION } from '../version.ts';
import { type Answers, readAnswers } from './answers.ts';
import { State } from './ask.ts';
import { cost } from './budget.ts';
import type { Panel } from './personas.ts';
import type { Plan } from './plan.ts';
import type { Item, Questions } from './question.ts';
import { agreement, reportPage } from './report.ts';
import { scoresCsv, utilityCsv } from './tables.ts';

export interface Counts {
  readonly questions: number;
  readonly answered: number;
  readonly missing: number;
  /** Not asked yet. */
  readonly open: number;
}

/** How many questions are in which state. */
export function countsOf(states: Uint8Array): Counts {
  const counts = [0, 0, 0];
  for (const state of states) counts[state]!++;
  return {
    questions: states.length,
    answered: counts[State.answered]!,
    missing: counts[State.missing]!,
    open: counts[State.open]!,
  };
}

export interface Written {
  readonly answers: Answers;
  readonly counts: Counts;
  /** By name, as paths. `table` only where items are (state, policy) pairs and no answer is missing. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Outputs {
  readonly plan: Plan;
  readonly journal: string;
  readonly folder: string;
  readonly questions: Questions;
  readonly panel: Panel;
  readonly items: readonly Item[];
  readonly target: readonly string[] | undefined;
  /** Whether a schema was sent until the end. */
  readonly structured: boolean;
}

function manifestOf({ plan, panel, items, structured }: Outputs, answers: Answers, files: Record<string, string>) {
  return {
    kind: 'elicit-manifest',
    version: VERSION,
    name: plan.name,
    model: plan.model,
    endpoint: plan.endpoint.url,
    parameters: plan.parameters,
    structured,
    stream: plan.endpoint.stream,
    scores: plan.scores,
    target: 'column' in plan.target ? plan.target : { persona: 'alice' },
    personas: panel.bobs.map(({ name }) => name),
    items: items.length,
    began: answers.began,
    ended: answers.ended,
    counts: countsOf(answers.states),
    answersToOtherQuestions: answers.others,
    requests: answers.spent.requests,
    tokens: { input: answers.spent.input, output: answers.spent.output },
    cost: cost(plan.prices, answers.spent) ?? null,
    files,
  };
}

/** A date as the journal has it, to the second. */
const shownDate = (date: string | null) => (date === null ? '' : `${date.slice(0, 19).replace('T', ' ')} UTC`);

/** Reads the journal and writes scores, table, missing answers, report and manifest. */
export async function writeOutputs(outputs: Outputs): Promise<Written> {
  const { plan, folder, questions } = outputs;
  const answers = await readAnswers(outputs.journal, questions);
  const counts = countsOf(answers.states);
  const files: Record<string, string> = {};
  const sums: Record<string, string> = {};
  const write = async (label: string, name: string, text: string) => {
    files[label] = join(folder, name);
    sums[name] = createHash('sha256').update(text).digest('hex');
    await writeWhole(files[label], text);
  };
  const scored = { ...outputs, answers };
  await write('scores', 'scores.csv', scoresCsv(scored));
  if (plan.items.layout === 'pairs') {
    const table = utilityCsv(scored);
    if (table === undefined) await rm(join(folder, 'table.csv'), { force: true });
    else await write('table', 'table.csv', table);
  }
  const missing = answers.missing.map(({ persona, item, reason, reply }) => [persona, item, reason, reply]);
  await write('missing', 'missing.csv', stringify([['persona', 'item', 'reason', 'reply'], ...missing]));
  const manifest = manifestOf(outputs, answers, sums);
  const money = manifest.cost === null ? [] : [['cost', manifest.cost] as const];
  const reported = {
    ...outputs,
    title: `Elicitation: ${plan.name}`,
    scores: plan.scores,
    items: outputs.items.length,
    answers,
    facts: [
      ['model', plan.model],
      ['endpoint', plan.endpoint.url],
      ['parameters', JSON.stringify(plan.parameters)],
      ['from', shownDate(answers.began)],
      ['to', shownDate(answers.ended)],
      ['personas', outputs.panel.bobs.length],
      ['items', outputs.items.length],
      ['answered', counts.answered],
      ['missing', counts.missing],
      ['not asked yet', counts.open],
      ['requests', manifest.requests],
      ['tokens in', manifest.tokens.input],
      ['tokens out', manifest.tokens.output],
      ...money,
    ] as const,
  };
  const numbers = agreement(reported);
  await write('agreement', 'agreement.json', `${JSON.stringify({ kind: 'elicit-agreement', ...numbers }, null, 2)}\n`);
  await write('report', 'report.html', await reportPage(reported, numbers));
  await write('manifest', 'manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  return { answers, counts, files };
}
