/** Personas by asking a model to reword prompts; kept in a file as they come, so that they can be read and edited. */
import { rename } from 'node:fs/promises';
import { EndpointError } from '../errors.ts';
import type { Body } from './endpoint.ts';
import type { Spent } from './journal.ts';
import { exists, readPersonas, writePersonas } from './personas.ts';
import type { ParaphrasePlan, Plan, Prompt } from './plan.ts';
import type { Requester } from './requester.ts';

const format = {
  type: 'json_schema' as const,
  json_schema: {
    name: 'prompts',
    strict: true,
    schema: {
      type: 'object',
      properties: { prompts: { type: 'array', items: { type: 'string' } } },
      required: ['prompts'],
      additionalProperties: false,
    },
  },
};

function bodyFor(model: string, plan: ParaphrasePlan, base: Prompt, count: number): Body {
  return {
    max_tokens: 4000,
    ...plan.parameters,
    model,
    messages: [
      {
        role: 'system',
        content:
          'You reword instructions. What they ask for stays the same; voice, emphasis and wording change freely.',
      },
      {
        role: 'user',
        content: `Write ${count} different rewordings of the instruction below. Keep its scale and the form of answer that it demands. Reply with a JSON object {"prompts": ["…", …]} and nothing else.\n\n${base.prompt}`,
      },
    ],
  };
}

/** The prompts in a reply; none where it is not what was asked for. */
function promptsIn(text: string): string[] {
  try {
    const given = JSON.parse(text) as { prompts?: unknown };
    if (!Array.isArray(given.prompts)) return [];
    return given.prompts
      .filter((prompt): prompt is string => typeof prompt === 'string')
      .map((prompt) => prompt.trim());
  } catch {
    return [];
  }
}

/** How many rewordings each base prompt gets: as equal as can be, the first ones more. */
export function shares(count: number, bases: number): number[] {
  return Array.from({ length: bases }, (_, i) => Math.floor(count / bases) + (i < count % bases ? 1 : 0));
}

/** In a row, before we give up on a model that rewords nothing. */
const USELESS_REPLIES = 5;

export interface Paraphrasing {
  readonly plan: Pick<Plan, 'model' | 'personas'> & { readonly personas: { readonly paraphrase: ParaphrasePlan } };
  readonly bases: readonly Prompt[];
  /** Where the personas go; `<file>.draft` while it is being written. */
  readonly file: string;
  readonly requester: Pick<Requester, 'send'>;
  readonly redact: (text: string) => string;
  /** Journals what was spent. */
  readonly onSpent: (spent: Spent) => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Writes the file of personas, going on from a draft that an earlier run left. False where a limit or an interruption came first.
 * @throws EndpointError where the model does not do what it is asked.
 */
export async function paraphrase({
  plan,
  bases,
  file,
  requester,
  redact,
  onSpent,
  onProgress,
}: Paraphrasing): Promise<boolean> {
  const how = plan.personas.paraphrase;
  const draft = `${file}.draft`;
  const made = (await exists(draft)) ? await readPersonas(draft) : [];
  const wanted = shares(how.count, bases.length);
  for (const [b, base] of bases.entries()) {
    const isOfBase = ({ name }: Prompt) =>
      name.startsWith(`${base.name} `) && /^\d+$/.test(name.slice(base.name.length + 1));
    for (let useless = 0; made.filter(isOfBase).length < wanted[b]!; ) {
      const count = made.filter(isOfBase).length;
      const ask = Math.min(how.batch, wanted[b]! - count);
      const outcome = await requester.send(bodyFor(how.model ?? plan.model, how, base, ask), format);
      await onSpent(outcome.spent);
      if ('stopped' in outcome) throw outcome.stopped;
      if ('limit' in outcome || 'interrupted' in outcome) return false;
      const failed = 'failed' in outcome ? outcome.failed : 'refused' in outcome ? outcome.refused : undefined;
      if (failed !== undefined) throw new EndpointError(`no rewordings of "${base.name}": ${failed}`);
      const text = 'answer' in outcome ? redact(outcome.answer.text) : '';
      const known = new Set(made.map(({ prompt }) => prompt));
      const fresh = [...new Set(promptsIn(text))].filter((prompt) => prompt !== '' && !known.has(prompt)).slice(0, ask);
      if (fresh.length === 0 && ++useless === USELESS_REPLIES)
        throw new EndpointError(`no rewordings of "${base.name}": ${useless} replies in a row held no new one`);
      if (fresh.length === 0) continue;
      useless = 0;
      made.push(...fresh.map((prompt, i) => ({ name: `${base.name} ${count + i + 1}`, prompt })));
      await writePersonas(draft, made);
      onProgress(made.length, how.count);
    }
  }
  await rename(draft, file);
  return true;
}
