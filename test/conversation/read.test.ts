import { expect, test } from 'vitest';
import { integerGame } from '../../src/conversation/integers.ts';
import { randomGame } from '../../src/conversation/random.ts';
import { parseGame, readGame } from '../../src/conversation/read.ts';
import { profileCount, strategies } from '../../src/conversation/rules.ts';
import { gameJson } from '../../src/conversation/write.ts';
import { InputError, TooLargeError } from '../../src/errors.ts';
import { aligned, type GameJson, indifferent } from './games.ts';

type Change = (game: GameJson) => unknown;
const broken = (change: Change) => {
  const game = structuredClone(aligned);
  change(game);
  return game;
};

const refused: readonly (readonly [string, Change, RegExp])[] = [
  ['probabilities that sum to 3/4', (g) => (g.prior[0]![0]![0] = 0), /\$\.prior: must sum to 1, got "3\/4"/],
  [
    'a negative probability',
    (g) => Object.assign(g.prior[0]![0]!, { 0: -0.25, 1: '1/2' }),
    /\$\.prior\[0\]\[0\]\[0\].*>?= ?0|at least 0, got -0.25/,
  ],
  [
    'a denominator of 0',
    (g) => (g.prior[0]![0]![0] = '1/0'),
    /\$\.prior\[0\]\[0\]\[0\]: must have a denominator other than 0, got "1\/0"/,
  ],
  ['a ragged prior', (g) => g.prior[1]!.pop(), /\$\.prior\[1\]: must have 2 rows.*got "1 rows"/],
  ['a ragged utility', (g) => g.alice[1]!.push(1), /\$\.alice\[1\]: must have 2 entries.*got "3 entries"/],
  [
    'a blank number',
    (g) => Object.assign(g.alice[0]!, [' ', 0]),
    /\$\.alice\[0\]\[0\]: must be a finite number or "p\/q", got " "/,
  ],
  [
    'a word',
    (g) => Object.assign(g.bobs[1]!.utility[0]!, ['NaN', 0]),
    /\$\.bobs\[1\]\.utility\[0\]\[0\]: must be a finite number.*got "NaN"/,
  ],
  ['null', (g) => Object.assign(g.alice[0]!, [null, 0]), /\$\.alice\[0\]\[0\].*got null/],
  ['too many digits', (g) => Object.assign(g.alice[0]!, [0.1234567890123456, 0]), /at most 15 significant digits/],
  ['R = 0', (g) => Object.assign(g, { rounds: 0 }), /\$\.rounds: must be at least 1, got 0/],
  ['half a round', (g) => Object.assign(g, { rounds: 1.5 }), /\$\.rounds: must be a whole number, got 1.5/],
  ['no messages', (g) => Object.assign(g.messages, { bob: 0 }), /\$\.messages\.bob: must be at least 1, got 0/],
  ['no Bob', (g) => Object.assign(g, { bobs: [] }), /\$\.bobs: must have at least 1 entries, got \[\]/],
  [
    'two Bobs of one name',
    (g) => (g.bobs[1]!.name = 'one'),
    /\$\.bobs\[1\]\.name: must be a name not used before, got "one"/,
  ],
  ['two actions of one name', (g) => (g.actions[1] = '0'), /\$\.actions\[1\]: must be a name not used before, got "0"/],
  ['an unknown key', (g) => Object.assign(g, { lamda: 1 }), /\$: must have no key "lamda"/],
  ['a missing key', (g) => Reflect.deleteProperty(g, 'messages'), /\$\.messages: must be of type object/],
  [
    'an unknown message',
    (g) => rules(g, { name: 'r', always: [0, 2] }),
    /\$\.bobs\[0\]\.rules\[0\]\.always\[1\]: must be a message from 0 to 1.*got 2/,
  ],
  [
    'no distribution',
    (g) => rules(g, { name: 'r', always: [0, ['1/2', '1/3']] }),
    /\.rules\[0\]\.always\[1\]: must sum to 1, got "5\/6"/,
  ],
  [
    'a distribution of the wrong length',
    (g) => rules(g, { name: 'r', always: [0, [1]] }),
    /\.always\[1\]: must have one probability for each of 2 messages/,
  ],
  [
    'a probability of 3/2',
    (g) => rules(g, { name: 'r', always: [0, ['3/2', '-1/2']] }),
    /\.always\[1\]\[1\]: must be a probability of at least 0/,
  ],
  [
    'too few features',
    (g) => rules(g, { name: 'r', always: [0] }),
    /\.rules\[0\]\.always: must have 2 entries, one an x_B, got "1 entries"/,
  ],
  [
    'too few histories',
    (g) => rules(g, { name: 'r', rounds: [[[0]], [[0, 1]]] }),
    /\.rules\[0\]\.rounds\[0\]\[0\]: must have 2 entries, one a history/,
  ],
  [
    'too many rounds',
    (g) => rules(g, { name: 'r', rounds: [[[0, 1], [0]], [[0, 1]]] }),
    /\.rounds\[0\]: must have 1 rounds, got "2 rounds"/,
  ],
  [
    'two rules of one name',
    (g) => rules(g, 'silent', 'silent'),
    /\$\.bobs\[0\]\.rules\[1\]: must have a name not used before, got "silent"/,
  ],
  [
    'a rule of no kind',
    (g) => rules(g, 'honest'),
    /\$\.bobs\[0\]\.rules\[0\]: must be "silent", "reveal" or a rule.*got "honest"/,
  ],
  [
    'rules by a word',
    (g) => Object.assign(g.bobs[0]!, { rules: 'none' }),
    /\.rules: must be "all" or a list.*got "none"/,
  ],
  ['no rules', (g) => rules(g), /\$\.bobs\[0\]\.rules: must have at least 1 entries, got \[\]/],
  [
    'a message as a word',
    (g) => rules(g, { name: 'r', always: [0, '1'] }),
    /\.always\[1\]: must be a message or a list of probabilities, got "1"/,
  ],
  [
    'a rule with an unknown key',
    (g) => rules(g, { name: 'r', always: [0, 1], often: 1 }),
    /\.rules\[0\]: must have no key "often"/,
  ],
  ['an unknown key of a Bob', (g) => Object.assign(g.bobs[0]!, { foo: 1 }), /\$\.bobs\[0\]: must have no key "foo"/],
  [
    'an unknown key of messages',
    (g) => Object.assign(g.messages, { carol: 1 }),
    /\$\.messages: must have no key "carol"/,
  ],
  ['two x_B of one name', (g) => (g.xB[1] = '0'), /\$\.xB\[1\]: must be a name not used before, got "0"/],
  ['an empty name', (g) => (g.y[0] = ''), /\$\.y\[0\]: must not be empty, got ""/],
  [
    'no actions',
    (g) => Object.assign(g, { actions: [], alice: [] }),
    /\$\.actions: must have at least 1 entries, got \[\]/,
  ],
  [
    'infinity',
    (g) => Object.assign(g.alice[0]!, [Number.POSITIVE_INFINITY, 0]),
    /\$\.alice\[0\]\[0\]: must be a finite number or "p\/q", got Infinity/,
  ],
  ['a negative lambda', (g) => Object.assign(g, { lambda: -1 }), /\$\.lambda: must be at least 0, got -1/],
  [
    'more rounds than memory',
    (g) => Object.assign(g, { rounds: 1e9, messages: { alice: 1, bob: 1 } }),
    /\$\.rounds: must leave a rule at most 8388608 entries.*got 1000000000/,
  ],
  [
    'more histories than memory',
    (g) => Object.assign(g, { rounds: 13 }),
    /\$\.rounds: must leave a rule at most 8388608/,
  ],
];

function rules(game: GameJson, ...list: unknown[]) {
  Object.assign(game.bobs[0]!, { rules: list });
}

test.each(refused)('%s is refused with path, rule and value', (_, change, message) => {
  expect(() => readGame(broken(change), 'game.json')).toThrow(InputError);
  expect(() => readGame(broken(change), 'game.json')).toThrow(message);
});

test('text that is no JSON is refused', () => {
  expect(() => parseGame('{"xA": [', 'g.json')).toThrow(/^g\.json: must be JSON/);
  expect(() => parseGame('[]', 'g.json')).toThrow(/g\.json at \$: must be of type object/);
});

test('what JSON.parse passes over is refused: keys given twice, digits that a double cannot hold', () => {
  const text = JSON.stringify(aligned);
  expect(() => parseGame(`${text.slice(0, -1)},"rounds":2}`, 'g.json')).toThrow(
    'g.json at $: must name a key once, got "rounds"',
  );
  expect(() => parseGame(text.replace('"1/4"', '0.2500000000000000055'), 'g.json')).toThrow(
    /g\.json at \$\.prior\[0\]\[0\]\[0\]: must have at most 15 significant digits.*got "0\.2500000000000000055"/,
  );
  expect(parseGame(text)).toEqual(readGame(aligned));
});

test('probabilities in decimals, exponents and fractions are the same exact numbers', () => {
  const game = readGame(
    broken((g) =>
      Object.assign(g.prior[0]!, [
        ['25e-2', 0],
        [0, 0.25],
      ]),
    ),
  );
  expect(game.prior[0]![0]![0]!.equals('1/4')).toBe(true);
  expect(readGame(indifferent).bobs[0]!.rules).toHaveLength(2);
});

test('too many profiles are refused before they are built, with the count', () => {
  const game = readGame(broken((g) => Object.assign(g, { rounds: 2 })));
  expect(profileCount(game)).toBe(2n ** 40n);
  expect(() => strategies(game)).toThrow(TooLargeError);
  expect(() => strategies(game)).toThrow(/1099511627776 profiles/);
  const far = readGame(broken((g) => Object.assign(g, { rounds: 9 })));
  expect(() => strategies(far)).toThrow('the game has about 2^699052 profiles');
});

test('exact totals beyond 2^53 are refused with advice', () => {
  const game = readGame(broken((g) => Object.assign(g.alice[0]!, ['1/9007199254740881', 0])));
  expect(() => integerGame(game, strategies(game))).toThrow(
    /Alice's exact utilities need integers up to \d+, more than 2\^53/,
  );
});

test('a written game is read back the same', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const game = randomGame(seed, {
      features: 3,
      states: 2,
      actions: 2,
      bobs: 2,
      messages: 2,
      rounds: 2,
      rules: 2,
      mixed: true,
    });
    expect(JSON.stringify(gameJson(readGame(gameJson(game))))).toBe(JSON.stringify(gameJson(game)));
    expect(readGame(gameJson(game)).bobs.map(({ rules }) => rules)).toEqual(game.bobs.map(({ rules }) => rules));
  }
});
