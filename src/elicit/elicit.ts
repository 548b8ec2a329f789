/** From a plan to a score matrix: personas × items through an OpenAI-compatible endpoint (section 6.1). */
import { prepareFolder } from '../report/files.ts';
import { noAnswers, readAnswers, reopen } from './answers.ts';
import { NOTHING, passed, sum } from './budget.ts';
import { Endpoint } from './endpoint.ts';
import { readItems } from './items.ts';
import { Journal, type Spent } from './journal.ts';
import { outlook } from './outlook.ts';
import { countsOf } from './outputs.ts';
import { exists } from './personas.ts';
import { readPlan } from './plan.ts';
import { type ElicitEstimate, type ElicitOptions, type ElicitResult, frame, price } from './results.ts';
import { Run } from './run.ts';
import { placesOf, studyOf } from './study.ts';
import { targetColumn } from './tables.ts';

/**
 * What a plan would cost, without a request. Reads the journal where there is one; needs no key.
 * @throws InputError naming file, place, rule and value.
 */
export async function estimate(planFile: string, { folder, askMissing }: ElicitOptions = {}): Promise<ElicitEstimate> {
  const plan = await readPlan(planFile);
  const items = await readItems(plan);
  targetColumn(plan, items);
  const study = await studyOf(plan, items);
  const { journal } = placesOf(plan, folder);
  const answers = (await exists(journal)) ? await readAnswers(journal, study.questions) : noAnswers(study.questions);
  if (askMissing) reopen(answers.states);
  const ahead = outlook(plan, study, answers);
  return {
    kind: 'elicit-estimate',
    ...frame(plan),
    complete: true,
    items: items.length,
    personas: study.panel.bobs.length,
    ...countsOf(answers.states),
    spent: price(plan, answers.spent),
    expected: { ...price(plan, ahead.spent), basis: ahead.basis },
    limits: plan.limits,
    passes: passed(plan, sum(answers.spent, ahead.spent)) ?? null,
  };
}

/**
 * Carries out a plan: makes personas where they are to be made, asks every question that the journal does not answer, writes the
 * results. Run again after any interruption, it asks only for what is missing. Undefined with `personasOnly`.
 *
 * @param planFile JSON or YAML, see docs/elicit.md
 * @throws InputError where plan, files, key or limits do not do, or another process holds the journal.
 * @throws EndpointError where the endpoint refuses every request. @throws AbortedError
 */
export async function elicit(planFile: string, options: ElicitOptions = {}): Promise<ElicitResult | undefined> {
  const plan = await readPlan(planFile);
  const items = await readItems(plan);
  targetColumn(plan, items);
  await studyOf(plan, items);
  const endpoint = new Endpoint(plan.endpoint, plan.concurrency);
  let journal: Journal | undefined;
  let run: Run | undefined;
  try {
    const places = placesOf(plan, options.folder);
    await prepareFolder(places.folder);
    let spent: Spent = NOTHING;
    const opened = await Journal.open(places.journal, (entry) => {
      spent = sum(spent, entry);
    });
    journal = opened.journal;
    const { torn, unreadable } = opened.damage;
    if (torn > 0)
      options.onNotice?.(
        `the journal ended in an unfinished line (${torn} bytes, cut off): its question is asked again`,
      );
    if (unreadable > 0)
      options.onNotice?.(`${unreadable} lines of the journal cannot be read: their questions are asked again`);
    run = new Run({ plan, options, items, journal, endpoint, spent });
    if (!(await run.makePersonas())) return await run.unasked();
    return options.personasOnly ? undefined : await run.askAndWrite();
  } finally {
    run?.close();
    await endpoint.close();
    await journal?.close();
  }
}
