/** A plan with its personas and items: who is asked what, and where it is kept. */
import { join } from 'node:path';
import { shares } from './paraphrase.ts';
import { exists, type Panel, panelOf, personasFile, readPersonas } from './personas.ts';
import type { Plan, Prompt } from './plan.ts';
import { type Item, Questions } from './question.ts';
import { basePrompts, questionOf } from './tasks.ts';

/** Folder and journal of a plan. */
export function placesOf(plan: Plan, folder = join(plan.folder, `${plan.name}.elicit`)) {
  return { folder, journal: join(folder, 'journal.ndjson') };
}

/** The personas that are known; `toMake` of them are still to be made, and prompts like theirs stand in. */
async function personasOf(plan: Plan): Promise<{ bobs: Prompt[]; toMake: number }> {
  const given = plan.personas.given ?? [];
  const file = personasFile(plan);
  if (file === undefined) return { bobs: given, toMake: 0 };
  const make = plan.personas.paraphrase;
  if (!make || (await exists(file))) return { bobs: [...given, ...(await readPersonas(file))], toMake: 0 };
  const bases = basePrompts(plan);
  const standIns = shares(make.count, bases.length).flatMap((count, b) =>
    Array.from({ length: count }, (_, i) => ({ name: `${bases[b]!.name} ${i + 1}`, prompt: bases[b]!.prompt })),
  );
  return { bobs: [...given, ...standIns], toMake: make.count };
}

/** Who is asked what. */
export interface Study {
  readonly panel: Panel;
  readonly questions: Questions;
  readonly toMake: number;
}

export async function studyOf(plan: Plan, items: readonly Item[]): Promise<Study> {
  const { bobs, toMake } = await personasOf(plan);
  const panel = panelOf(plan, bobs);
  const asked = panel.alice ? [...panel.bobs, panel.alice] : panel.bobs;
  return { panel, toMake, questions: new Questions(plan, questionOf(plan), asked, items) };
}
