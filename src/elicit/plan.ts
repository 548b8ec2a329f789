/** The plan of an elicitation: read from JSON or YAML, checked once, defaults filled in. */
import { basename, dirname, extname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { InputError } from '../errors.ts';
import { readText } from '../input/text.ts';
import { refuse } from './plan-refusal.ts';

const name = z.string().trim().min(1);
const count = z.int().min(1);
const parameters = z.record(z.string(), z.json());

const prompt = z.strictObject({ name, prompt: z.string().trim().min(1) });
export type Prompt = z.infer<typeof prompt>;

const items = z.strictObject({
  file: name,
  /** `table`: any CSV; `pairs`: one with `state` and `policy` columns; the others are the published layouts. */
  layout: z.enum(['table', 'pairs', 'ethics-commonsense', 'movielens']).default('table'),
  /** `table`: the column that names an item. */
  name: name.default('item'),
  /** `ethics-commonsense`: only the one- and two-sentence scenarios. */
  shortOnly: z.boolean().default(false),
  /** `movielens`: the ratings whose mean becomes the column `rating`, and how many a film needs. */
  ratings: name.optional(),
  minimumRatings: count.default(20),
  /** Keep the first so many, or so many drawn without repetition. */
  first: count.optional(),
  sample: z.strictObject({ count, seed: z.int().min(0).max(0xffffffff).default(1) }).optional(),
});
export type ItemsPlan = z.infer<typeof items>;

const paraphrase = z.strictObject({
  count,
  /** The prompts to reword: given here, or those of the task. */
  of: z
    .union(
      [z.enum(['baseline', 'families']), z.array(prompt).min(1)],
      'must be "baseline", "families" or a list of {name, prompt}',
    )
    .default('baseline'),
  model: name.optional(),
  parameters: parameters.default({ temperature: 1, max_tokens: 4000 }),
  /** Rewordings asked for in one request. */
  batch: count.max(50).default(10),
});
export type ParaphrasePlan = z.infer<typeof paraphrase>;

const personas = z
  .strictObject({
    given: z.array(prompt).optional(),
    /** CSV with the columns `name` and `prompt`: read if it is there, written by `paraphrase` if not. */
    file: name.optional(),
    paraphrase: paraphrase.optional(),
  })
  .refine((given) => given.given !== undefined || given.file !== undefined, 'needs `given` or `file`')
  .refine(
    (given) => !given.paraphrase || given.file !== undefined,
    '`paraphrase` needs `file`, where its prompts are kept',
  );

const DEFAULT_KEY_VARIABLE = 'OPENAI_API_KEY';

const endpoint = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
    .default('https://api.openai.com/v1'),
  /** The environment variable that holds the key. */
  keyVariable: z
    .string()
    .regex(
      /^[A-Z_][A-Z0-9_]*$/,
      'must be the name of an environment variable, in capitals (the key itself is never written down)',
    )
    .default(DEFAULT_KEY_VARIABLE),
  stream: z.boolean().default(false),
  /** `auto`: a JSON schema is sent until the endpoint refuses one. */
  structured: z.enum(['auto', 'never']).default('auto'),
  timeoutSeconds: z.number().positive().max(3600).default(60),
});
export type EndpointPlan = z.infer<typeof endpoint>;

const scores = z
  .strictObject({
    from: z.int().min(-1e6).max(1e6).default(0),
    to: z.int().min(-1e6).max(1e6).default(100),
    /** The range that `from` and `to` are mapped to in the files; default: as given. */
    as: z
      .tuple([z.number(), z.number()], 'must be two numbers')
      .refine(([from, to]) => from !== to, 'must be two different numbers')
      .optional(),
  })
  .refine(({ from, to }) => from < to, '`from` must be below `to`');
export type ScoresPlan = z.infer<typeof scores>;

const schema = z.strictObject({
  name: name.optional(),
  /** Section 6.1's two tasks bring their question and prompts. */
  task: z.enum(['ethics', 'movies']).optional(),
  items,
  /** The question about one item, with {column} where a column's value goes; {from} and {to} are the range. */
  question: z.string().min(1).optional(),
  personas,
  model: name,
  parameters: parameters.default({ temperature: 0 }),
  scores: scores.prefault({}),
  target: z.union(
    [z.strictObject({ column: name }), z.strictObject({ persona: z.union([prompt, z.literal('baseline')]) })],
    'must be {column}, or {persona} with "baseline" or {name, prompt}',
  ),
  endpoint: endpoint.prefault({}),
  concurrency: count.max(1000).default(8),
  requestsPerMinute: count.optional(),
  retries: z
    .strictObject({
      /** Attempts at one request before it is left for the next run. */
      attempts: count.max(100).default(8),
      firstDelaySeconds: z.number().positive().default(1),
      longestDelaySeconds: z.number().positive().default(60),
      /** How often an answer that cannot be used is asked for again. */
      badAnswers: z.int().min(0).max(20).default(2),
    })
    .prefault({}),
  /** Over the life of the journal, all runs together. */
  limits: z
    .strictObject({ requests: count.optional(), tokens: count.optional(), cost: z.number().positive().optional() })
    .prefault({}),
  /** Money for a million tokens, in the currency of `limits.cost`. */
  prices: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
});

/** A plan as checked, with the folder its relative paths start from. */
export type Plan = z.infer<typeof schema> & { readonly name: string; readonly folder: string };

/** Parameters of a request that follow from the rest of the plan. */
const OURS = ['model', 'messages', 'n', 'response_format', 'stream', 'stream_options'];

function checkParameters(place: string, given: Plan['parameters'], refuseThat: (rule: string) => void): void {
  const ours = OURS.filter((parameter) => parameter in given);
  if (ours.length > 0) refuseThat(`${place}: must not hold ${OURS.join(', ')}, got ${ours.join(', ')}`);
  for (const limit of ['max_tokens', 'max_completion_tokens']) {
    const tokens = given[limit];
    if (tokens !== undefined && !(Number.isInteger(tokens) && Number(tokens) > 0))
      refuseThat(`${place}.${limit}: must be a whole number of at least 1, got ${JSON.stringify(tokens)}`);
  }
}

/** What the shapes alone cannot say. */
function checkTogether(plan: Plan, file: string): Plan {
  const refuseThat = (rule: string) => {
    throw new InputError(`${file}: ${rule}`);
  };
  const { items: source, task, personas: who, target, limits, prices, endpoint: place } = plan;
  const url = new URL(place.url);
  if (url.username || url.password || url.search || url.hash)
    refuseThat('endpoint.url: must hold no user, password, query or fragment; keys come from the environment');
  if (!task && !plan.question) refuseThat('question: is needed where no task is named, got nothing');
  if (!task && (typeof who.paraphrase?.of === 'string' || ('persona' in target && target.persona === 'baseline')))
    refuseThat('task: is needed where "baseline" or "families" is used, got nothing');
  if (source.first && source.sample) refuseThat('items: takes `first` or `sample`, got both');
  if (limits.cost !== undefined && !prices) refuseThat('prices: are needed where limits.cost is set, got nothing');
  checkParameters('parameters', plan.parameters, refuseThat);
  if (who.paraphrase) checkParameters('personas.paraphrase.parameters', who.paraphrase.parameters, refuseThat);
  return plan;
}

/**
 * Reads a plan (JSON, or YAML by its ending).
 * @throws InputError naming the file, the place in it, the rule and the value.
 */
export async function readPlan(path: string): Promise<Plan> {
  const text = await readText(path);
  const file = basename(path);
  let given: unknown;
  if (/\.ya?ml$/i.test(path)) {
    const document = parseDocument(text);
    if (document.errors.length > 0) throw new InputError(`${file}: ${document.errors[0]!.message.split('\n')[0]}`);
    given = document.toJS({ maxAliasCount: 100 });
  } else {
    try {
      given = JSON.parse(text);
    } catch (error) {
      throw new InputError(`${file}: not JSON: ${(error as Error).message}`);
    }
  }
  const checked = schema.safeParse(given);
  const key = process.env[checked.data?.endpoint.keyVariable ?? DEFAULT_KEY_VARIABLE]?.trim();
  if (key && key.length >= 8 && text.includes(key))
    throw new InputError(
      `${file}: holds the key itself; name its environment variable in endpoint.keyVariable instead`,
    );
  if (!checked.success) refuse(file, given, checked.error);
  const whole = {
    ...checked.data,
    name: checked.data.name ?? basename(path, extname(path)),
    folder: dirname(resolve(path)),
  };
  return checkTogether(whole, file);
}
