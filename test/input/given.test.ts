/** Public functions called without types: what they are given is refused by name, never with a TypeError. */
import { afterAll, expect, test } from 'vitest';
import {
  align,
  alignmentPoints,
  calculate,
  committeeMask,
  compareTables,
  exactMarket,
  gameJson,
  hull,
  InputError,
  movieLens,
  movieLensTable,
  observedMarket,
  opinionPoll,
  Pool,
  paraphrases,
  parseGame,
  parseObservations,
  parseOrders,
  parseScores,
  parseTable,
  readScores,
  scoresFrom,
  solve,
  solveGame,
  sweep,
  syntheticScores,
  tableFromRows,
} from '../../src/index.ts';

const pool = new Pool({ threads: 1 });
afterAll(() => pool.close());

const table = parseTable('state,policy,alice,A\ns,p,1,0\ns,q,0,1\n');
const scores = scoresFrom({ alice: [0, 1], A: [0, 1], B: [1, 0] });
const market = exactMarket(table);
const tables = 'must be what readTable, parseTable or tableFromRows return';

type Called = (...args: never[]) => unknown;

const calls: [Called, unknown[], string][] = [
  [solve, ['text'], `table ${tables}, got "text"`],
  [solve, [table, null], 'options must be an object, got null'],
  [solve, [table, { committee: 'A' }], 'committee must be a list, got "A"'],
  [sweep, [[1]], `table ${tables}, got an array`],
  [sweep, [table, 5], 'options must be an object, got 5'],
  [hull, ['text'], 'scores must be what readScores, parseScores or scoresFrom return, got "text"'],
  [hull, [scores, 'text'], 'options must be an object, got "text"'],
  [align, [undefined], `table ${tables}, got undefined`],
  [align, [table, null], 'options must be an object, got null'],
  [alignmentPoints, [table, 1], 'options must be an object, got 1'],
  [parseTable, [{}], 'table must be a text, got an object'],
  [parseTable, ['x', null], 'options must be an object, got null'],
  [tableFromRows, [[], null], 'options must be an object, got null'],
  [exactMarket, [() => 0], `table ${tables}, got a function`],
  [parseScores, [5], 'scores must be a text, got 5'],
  [readScores, [5], 'path must be a text, got 5'],
  [scoresFrom, ['text'], 'scores must be an object, got "text"'],
  [scoresFrom, [{ alice: null }], 'scores: column "alice" must be a list, got null'],
  [parseObservations, [null], 'observations must be a text, got null'],
  [observedMarket, [table, {}], 'observations must be what readObservations or parseObservations return, got an obj'],
  [parseOrders, [null, []], 'orders must be a text, got null'],
  [parseOrders, ['', 'AB'], 'bobs must be a list, got "AB"'],
  [parseGame, [{}], 'game must be a text, got an object'],
  [gameJson, [1], 'game must be what readGame or parseGame return, got 1'],
  [solveGame, [{}, pool], 'game must be what readGame or parseGame return, got an object'],
  [calculate, ['theorem7', {}], 'theorem must be one of'],
  [calculate, ['theorem6', null], 'inputs must be an object, got null'],
  [committeeMask, [market, 'A'], 'committee must be a list, got "A"'],
  [movieLens, [7], 'folder must be a text, got 7'],
  [movieLensTable, [null], 'result must be what movieLens returns, got null'],
  [compareTables, [table, 'text'], `table ${tables}, got "text"`],
  [syntheticScores, [undefined], 'synthetic scores must be what'],
  [paraphrases, ['text'], 'domain must be ETHICS_LIKE or MOVIELENS_LIKE, got "text"'],
  [opinionPoll, ['topic', null], 'options must be an object, got null'],
];

test.each(calls.map(([called, ...rest], i) => [`${called.name}, call ${i}`, called, ...rest] as const))(
  '%s',
  async (_, called, args, message) => {
    const made = async () => Reflect.apply(called, undefined, args);
    const error = await made().catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty('message', expect.stringContaining(message));
  },
);

test('a file that is not there and options that are refused: one refusal, no stray error', async () => {
  await expect(readScores('/no/such/file', { scale: [1, 0] })).rejects.toThrow('scale must be two finite numbers');
  await new Promise((resolve) => setTimeout(resolve, 50));
});
