/** Reads a game from JSON and refuses what is malformed, with the JSON path, the rule and the value. */
import type Fraction from 'fraction.js';
import { InputError } from '../errors.ts';
import { givenText } from '../input/given.ts';
import { firstHistories, type Game, historiesOfRound, historyCount, type Rule, sum } from './game.ts';
import { type Path, Reader } from './reader.ts';
import { always, MOST_WEIGHTS, reveal, silent } from './rules.ts';
import { type Given, type GivenEntry, type GivenRule, shapeOf } from './shape.ts';

const MOST_FEATURES = 4096;
const MOST_ROUNDS = 2 ** 20;

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
