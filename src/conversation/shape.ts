/** The shape of a game file: which keys it has, and of what kind their values are. */
import { z } from 'zod';
import { show } from '../input/show.ts';
import type { Path, Reader } from './reader.ts';

const name = z.string().min(1);
const names = z.array(name).min(1);
const number = z.union([z.number(), z.string()]);
const table = z.array(z.array(number).min(1)).min(1);
const entry = z.union([z.number(), z.array(number)]);
const rule = z.union([
  z.literal(['silent', 'reveal']),
  z.strictObject({ name, always: z.array(entry) }),
  z.strictObject({ name, rounds: z.array(z.array(z.array(entry))) }),
]);
const schema = z.strictObject({
  xA: names,
  xB: names,
  y: names,
  actions: names,
  prior: z.array(table).min(1),
  alice: table,
  bobs: z
    .array(
      z.strictObject({ name, utility: table, rules: z.union([z.literal('all'), z.array(rule).min(1)]).optional() }),
    )
    .min(1),
  messages: z.strictObject({ alice: z.int().min(1), bob: z.int().min(1) }),
  rounds: z.int().min(1),
  lambda: z.number().min(0).optional(),
});

export type Given = z.infer<typeof schema>;
export type GivenRule = z.infer<typeof rule>;
export type GivenEntry = z.infer<typeof entry>;

/** The value as the schema has it. @throws InputError with the schema's first complaint, in our words. */
export function shapeOf(value: unknown, reader: Reader): Given {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  let issue = parsed.error.issues[0]!;
  let path = issue.path;
  // A union complains as a whole: the branch that got furthest says what is wrong.
  while (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors
      .flat()
      .filter(({ path: inner, code }) => inner.length > 0 || code === 'unrecognized_keys');
    const deepest = branches.sort((a, b) => b.path.length - a.path.length)[0];
    if (!deepest) break;
    path = [...path, ...deepest.path];
    issue = deepest;
  }
  return reader.refuse(path, ruleOf(issue, path), 'input' in issue ? issue.input : undefined);
}

/** What may stand where several kinds of values may. */
function choiceAt(path: Path): string {
  if (path.at(-1) === 'rules') return 'be "all" or a list of rules';
  if (path.at(-2) === 'rules') return 'be "silent", "reveal" or a rule with a name and "always" or "rounds"';
  if (path.includes('rules')) return 'be a message or a list of probabilities';
  return 'be a finite number or "p/q"';
}

function ruleOf(issue: z.core.$ZodIssue, path: Path): string {
  switch (issue.code) {
    case 'invalid_type':
      return `be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `have at least ${issue.minimum} entries`
        : issue.origin === 'string'
          ? 'not be empty'
          : `be at least ${issue.minimum}`;
    case 'too_big':
      return `be at most ${issue.maximum}`;
    case 'unrecognized_keys':
      return `have no key ${issue.keys.map(show).join(', ')}`;
    case 'invalid_union':
      return choiceAt(path);
    default:
      return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  }
}
