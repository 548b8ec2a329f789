/** Reads a game from JSON and refuses what is malformed, with the JSON path, the rule and the value. */

import Fraction from 'fraction.js';
import { visit } from 'jsonc-parser';
import { z } from 'zod';
import { InputError } from '../errors.ts';
import { readDecimal } from '../input/decimal.ts';
import { givenText } from '../input/given.ts';
import { show } from '../input/show.ts';
import { firstHistories, type Game, historiesOfRound, historyCount, type Rule, sum } from './game.ts';
import { always, MOST_WEIGHTS, reveal, silent } from './rules.ts';

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

type Given = z.infer<typeof schema>;
type Path = readonly PropertyKey[];

const pathText = (path: Path): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`), '$');

/** Doubles keep this many significant digits apart. */
const SAFE_DIGITS = 15;
const MOST_FEATURES = 4096;
const MOST_ROUNDS = 2 ** 20;

const significantDigits = (text: string): number =>
  text.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length;

/** Places errors and reads numbers of one file. */
class Reader {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  refuse(path: Path, rule: string, value: unknown): never {
    const shown =
      typeof value === 'string'
        ? show(value)
        : typeof value === 'number'
          ? String(value)
          : (JSON.stringify(value) ?? String(value));
    throw new InputError(
      `${this.file} at ${pathText(path)}: must ${rule}, got ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}`,
    );
  }

  refuseDigits(path: Path, value: unknown): never {
    return this.refuse(
      path,
      `have at most ${SAFE_DIGITS} significant digits as a number (write it as a string or as "p/q")`,
      value,
    );
  }

  /** What `JSON.parse` passes over in silence: keys given twice, and digits that a double cannot hold. */
  checkText(text: string): void {
    const keys: Set<string>[] = [];
    visit(text, {
      onObjectBegin: () => {
        keys.push(new Set());
      },
      onObjectEnd: () => {
        keys.pop();
      },
      onObjectProperty: (key, _offset, _length, _line, _character, path) => {
        const known = keys.at(-1)!;
        if (known.has(key)) this.refuse(path(), 'name a key once', key);
        known.add(key);
      },
      onLiteralValue: (value, offset, length, _line, _character, path) => {
        const given = text.slice(offset, offset + length);
        // Lambda is a double anyway.
        if (typeof value === 'number' && significantDigits(given) > SAFE_DIGITS && path()[0] !== 'lambda')
          this.refuseDigits(path(), given);
      },
    });
  }

  /** A number or "p/q", exactly. */
  fraction(value: number | string, path: Path): Fraction {
    const text = String(value);
    if (typeof value === 'number' && significantDigits(text) > SAFE_DIGITS) this.refuseDigits(path, value);
    const parts = text.split('/');
    if (parts.length > 2) this.refuse(path, 'be a number or "p/q"', value);
    let result: Fraction | undefined;
    try {
      const [p, q] = parts.map((part) => {
        const { digits, scale } = readDecimal(part, '');
        return new Fraction(digits, 10n ** BigInt(scale));
      });
      if (q?.equals(0)) this.refuse(path, 'have a denominator other than 0', value);
      result = q === undefined ? p : p!.div(q);
    } catch (error) {
      if (error instanceof InputError && error.message.includes(pathText(path))) throw error;
    }
    return result ?? this.refuse(path, 'be a finite number or "p/q"', value);
  }

  rows(
    value: readonly (readonly (number | string)[])[],
    rows: number,
    columns: number,
    path: Path,
    what: string,
  ): Fraction[][] {
    if (value.length !== rows) this.refuse(path, `have ${rows} rows (${what})`, `${value.length} rows`);
    return value.map((row, i) => {
      if (row.length !== columns)
        this.refuse([...path, i], `have ${columns} entries (${what})`, `${row.length} entries`);
      return row.map((cell, j) => this.fraction(cell, [...path, i, j]));
    });
  }

  distribution(value: readonly (number | string)[], size: number, path: Path): Fraction[] {
    if (value.length !== size) this.refuse(path, `have one probability for each of ${size} messages`, value);
    const result = value.map((cell, i) => {
      const probability = this.fraction(cell, [...path, i]);
      return probability.lt(0) ? this.refuse([...path, i], 'be a probability of at least 0', cell) : probability;
    });
    const total = sum(result);
    if (!total.equals(1)) this.refuse(path, 'sum to 1', total.toFraction());
    return result;
  }
}

function firstRepeated(values: readonly string[]): number {
  return values.findIndex((value, i) => values.indexOf(value) < i);
}

/**
 * Reads a game from the text of a JSON file (format: docs/game.md).
 * @param file its name, for messages
 * @throws InputError naming file, JSON path, rule and value.
 * @example
 * const prior = '[[["1/2", 0], [0, "1/2"]]]';
 * const match = '[[1, 0], [0, 1]]';
 * const names = '"xA": ["-"], "xB": ["0", "1"], "y": ["0", "1"], "actions": ["0", "1"]';
 * const rest = `"alice": ${match}, "bobs": [{"name": "B", "utility": ${match}}], "messages": {"alice": 1, "bob": 2}, "rounds": 1`;
 * parseGame(`{${names}, "prior": ${prior}, ${rest}}`).bobs.map(({ name }) => name) // ['B']
 */
export function parseGame(text: string, file = 'game'): Game {
  givenText(text, file);
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new InputError(`${file}: must be JSON: ${(error as Error).message}`);
  }
  new Reader(file).checkText(json);
  return readGame(value, file);
}

/**
 * Reads a game from a parsed value (format: docs/game.md).
 * @param file its name, for messages
 * @throws InputError as `parseGame`.
 * @example
 * const match = [[1, 0], [0, 1]];
 * const names = { xA: ['-'], xB: ['0', '1'], y: ['0', '1'], actions: ['0', '1'], prior: [[['1/2', 0], [0, '1/2']]] };
 * const rest = { bobs: [{ name: 'B', utility: match }], messages: { alice: 1, bob: 2 }, rounds: 1 };
 * readGame({ ...names, alice: match, ...rest }).rounds // 1
 */
export function readGame(value: unknown, file = 'game'): Game {
  const reader = new Reader(file);
  const given = shapeOf(value, reader);
  for (const key of ['xA', 'xB', 'y', 'actions'] as const) {
    const repeated = firstRepeated(given[key]);
    if (repeated >= 0) reader.refuse([key, repeated], 'be a name not used before', given[key][repeated]);
    if (given[key].length > MOST_FEATURES)
      reader.refuse([key], `have at most ${MOST_FEATURES} names`, given[key].length);
  }
  const bobNames = given.bobs.map((bob) => bob.name);
  const repeated = firstRepeated(bobNames);
  if (repeated >= 0) reader.refuse(['bobs', repeated, 'name'], 'be a name not used before', bobNames[repeated]);
  const { xA, xB, y, actions } = given;
  const alice = reader.rows(given.alice, actions.length, y.length, ['alice'], 'an action a row, a y a column');
  const game: Game = {
    ...{ xA, xB, y, actions, alice },
    prior: readPrior(given, reader),
    bobs: [],
    messages: given.messages,
    rounds: given.rounds,
    lambda: given.lambda,
  };
  if (given.rounds > MOST_ROUNDS || historyCount(game) * xB.length * game.messages.bob > MOST_WEIGHTS)
    reader.refuse(
      ['rounds'],
      `leave a rule at most ${MOST_WEIGHTS} entries (x_B × histories × messages: fewer rounds, messages or features)`,
      given.rounds,
    );
  const bobs = given.bobs.map((bob, i) => ({
    name: bob.name,
    utility: reader.rows(
      bob.utility,
      actions.length,
      y.length,
      ['bobs', i, 'utility'],
      'an action a row, a y a column',
    ),
    rules:
      bob.rules === undefined || bob.rules === 'all'
        ? ('all' as const)
        : readRules(bob.rules, game, reader, ['bobs', i, 'rules']),
  }));
  return { ...game, bobs };
}

/** The schema's first complaint, in our words. */
function shapeOf(value: unknown, reader: Reader): Given {
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

function readPrior({ prior, xA, xB, y }: Given, reader: Reader): Fraction[][][] {
  if (prior.length !== xA.length) reader.refuse(['prior'], `have ${xA.length} tables, one an x_A`, `${prior.length}`);
  const result = prior.map((table, a) =>
    reader.rows(table, xB.length, y.length, ['prior', a], 'an x_B a row, a y a column'),
  );
  result.forEach((table, a) => {
    table.forEach((row, b) => {
      row.forEach((p, i) => {
        if (p.lt(0)) reader.refuse(['prior', a, b, i], 'be a probability of at least 0', prior[a]![b]![i]);
      });
    });
  });
  const total = sum(result.flat(2));
  if (!total.equals(1)) reader.refuse(['prior'], 'sum to 1', total.toFraction());
  return result;
}

type GivenRule = z.infer<typeof rule>;
type GivenEntry = z.infer<typeof entry>;

function readRules(rules: readonly GivenRule[], game: Game, reader: Reader, path: Path): Rule[] {
  const result = rules.map((given, i) => readRule(given, game, reader, [...path, i]));
  const repeated = firstRepeated(result.map((one) => one.name));
  if (repeated >= 0) reader.refuse([...path, repeated], 'have a name not used before', result[repeated]!.name);
  return result;
}

function readRule(given: GivenRule, game: Game, reader: Reader, path: Path): Rule {
  if (given === 'silent') return silent(game);
  if (given === 'reveal') {
    if (game.messages.bob < game.xB.length)
      reader.refuse(
        path,
        `not be "reveal" with fewer messages than x_B has values (${game.xB.length})`,
        game.messages.bob,
      );
    return reveal(game);
  }
  const features = 'always' in given ? given.always : given.rounds;
  const key = 'always' in given ? 'always' : 'rounds';
  if (features.length !== game.xB.length)
    reader.refuse([...path, key], `have ${game.xB.length} entries, one an x_B`, `${features.length} entries`);
  const says = (one: GivenEntry, at: Path) => readEntry(one, game, reader, at);
  if ('always' in given)
    return always(
      game,
      given.name,
      given.always.map((one, x) => says(one, [...path, 'always', x])),
    );
  const first = firstHistories(game);
  const table = given.rounds.map((rounds, x) => {
    const at = [...path, 'rounds', x];
    if (rounds.length !== game.rounds) reader.refuse(at, `have ${game.rounds} rounds`, `${rounds.length} rounds`);
    return rounds.flatMap((histories, r) => {
      if (histories.length !== historiesOfRound(game, r))
        reader.refuse(
          [...at, r],
          `have ${first[r + 1]! - first[r]!} entries, one a history`,
          `${histories.length} entries`,
        );
      return histories.map((one, h) => says(one, [...at, r, h]));
    });
  });
  return { name: given.name, says: table.flat() };
}

function readEntry(given: GivenEntry, { messages }: Game, reader: Reader, path: Path): number | Fraction[] {
  if (typeof given !== 'number') return reader.distribution(given, messages.bob, path);
  if (!Number.isInteger(given) || given < 0 || given >= messages.bob)
    reader.refuse(path, `be a message from 0 to ${messages.bob - 1}, or ${messages.bob} probabilities`, given);
  return given;
}
