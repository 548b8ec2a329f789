/** Plans and items: what is refused, and in which words; the published layouts. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readItems } from '../../src/elicit/items.ts';
import { panelOf, readPersonas } from '../../src/elicit/personas.ts';
import { type Plan, readPlan } from '../../src/elicit/plan.ts';
import { fill, Questions } from '../../src/elicit/question.ts';
import { mapped, targetColumn } from '../../src/elicit/tables.ts';
import { basePrompts, questionOf, taskOf } from '../../src/elicit/tasks.ts';
import { InputError } from '../../src/errors.ts';
import { scratch } from './study.ts';

const folder = scratch();
afterAll(() => folder.remove());

const good = {
  items: { file: 'items.csv' },
  question: '{text}',
  personas: { given: [{ name: 'one', prompt: 'You are one.' }] },
  model: 'some-model',
  target: { column: 'human' },
};

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

const refusal = async (name: string, text: string) =>
  readPlan(write(name, text)).then(
    () => 'accepted',
    (error: unknown) => (error instanceof InputError ? error.message : String(error)),
  );

test('JSON and YAML say the same; defaults are filled in', async () => {
  const [json, yaml] = [
    await readPlan(write('p.json', JSON.stringify(good))),
    await readPlan(write('p.yaml', stringify(good))),
  ];
  expect(yaml).toEqual(json);
  expect(json).toMatchObject({
    name: 'p',
    parameters: { temperature: 0 },
    scores: { from: 0, to: 100 },
    concurrency: 8,
    endpoint: { url: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY', structured: 'auto' },
  });
});

test.each([
  [{ ...good, model: '' }, /p\.json: model: .*got ""/],
  [{ ...good, concurrency: 0 }, /p\.json: concurrency: .*>=1.*got 0/],
  [{ ...good, scores: { from: 5, to: 5 } }, /p\.json: scores: `from` must be below `to`, got \{"from":5,"to":5\}/],
  [{ ...good, endpoint: { url: 'ftp://x' } }, /p\.json: endpoint\.url: .*got "ftp:\/\/x"/],
  [{ ...good, endpoint: { url: 'https://me:secret@host/v1' } }, /endpoint\.url: must hold no user/],
  [{ ...good, endpoint: { apiKey: 'sk-1' } }, /p\.json: endpoint: .*apiKey/],
  [{ ...good, question: undefined }, /question: is needed where no task is named, got nothing/],
  [{ ...good, target: { persona: 'baseline' } }, /task: is needed where "baseline"/],
  [{ ...good, limits: { cost: 3 } }, /prices: are needed where limits\.cost is set/],
  [{ ...good, parameters: { n: 3 } }, /parameters: must not hold model, messages, n, .*, got n$/],
  [{ ...good, parameters: { max_tokens: 0 } }, /parameters\.max_tokens: must be a whole number of at least 1, got 0/],
  [{ ...good, target: { human: 1 } }, /p\.json: target: must be \{column\}, or \{persona\} .*got \{"human":1\}/],
  [{ ...good, scores: { as: [1, 1] } }, /p\.json: scores\.as: must be two different numbers, got \[1,1\]/],
  [{ ...good, model: 5 }, /p\.json: model: .*got 5/],
  [{ ...good, items: { file: 'i.csv', first: 3, sample: { count: 2 } } }, /items: takes `first` or `sample`, got both/],
  [{ ...good, personas: {} }, /p\.json: personas: needs `given` or `file`/],
  [{ ...good, personas: { given: [], paraphrase: { count: 3 } } }, /`paraphrase` needs `file`/],
])('a plan is refused by place, rule and value', async (plan, message) => {
  expect(await refusal('p.json', JSON.stringify(plan))).toMatch(message);
});

test.each([
  { apiKey: 'a-secret-of-mine' },
  { keyVariable: 'a-secret-of-mine' },
  { keyVariable: 'gsk_a_secret_of_mine' },
  { url: 'https://me:a-secret-of-mine@host/v1' },
  { url: 'ftp://me:a-secret-of-mine@host/v1' },
  { url: 'https://host/v1?key=a-secret-of-mine' },
  { url: 'https://me:a-secret-of-mine@host/v1', streem: true },
  'a-secret-of-mine',
])('a key in the wrong place, %j, is refused and not repeated', async (endpoint) => {
  const message = await refusal('p.json', JSON.stringify({ ...good, endpoint }));
  expect(message).toMatch(/^p\.json: endpoint/);
  expect(message).not.toMatch(/secret/);
});

test('what is neither JSON nor YAML, and a plan that holds the key itself', async () => {
  expect(await refusal('p.json', '{')).toMatch(/p\.json: not JSON/);
  expect(await refusal('p.yaml', 'a: [1')).toMatch(/p\.yaml: /);
  expect(await readPlan(folder.path).catch(String)).toMatch(/must be a file, is a folder/);
  process.env.ELICIT_PLAN_KEY = 'sk-in-a-plan-12345';
  const leaking = { ...good, endpoint: { keyVariable: 'ELICIT_PLAN_KEY' }, name: 'sk-in-a-plan-12345' };
  const message = await refusal('p.json', JSON.stringify(leaking));
  expect(message).toMatch(/holds the key itself/);
  expect(message).not.toContain('sk-in-a-plan-12345');
  delete process.env.ELICIT_PLAN_KEY;
});

async function items(text: string, more: object) {
  write('items.csv', text);
  const plan = await readPlan(write('p.json', JSON.stringify({ ...good, items: { file: 'items.csv', ...more } })));
  return readItems(plan);
}

test('ETHICS commonsense as published', async () => {
  const text =
    'label,input,is_short,edited\n0,"I fed the cat, twice.",True,False\n1,I kicked it.,True,False\n0,A long story …,False,False\n';
  const [first, second, ...more] = await items(text, { layout: 'ethics-commonsense', shortOnly: true });
  expect(more).toEqual([]);
  expect(first).toMatchObject({ name: 'scenario 1', columns: { text: 'I fed the cat, twice.', right: '100' } });
  expect(second).toMatchObject({ name: 'scenario 2', columns: { text: 'I kicked it.', right: '0' } });
  expect(await items(text, { layout: 'ethics-commonsense' })).toHaveLength(3);
  await expect(items('label,input\n2,x\n', { layout: 'ethics-commonsense' })).rejects.toThrow(
    /line 2, column "label": must be 0 or 1, got "2"/,
  );
});

test('MovieLens with the mean of its ratings', async () => {
  write('ratings.csv', 'userId,movieId,rating,timestamp\n1,10,4.0,0\n2,10,3.5,0\n1,20,5.0,0\n');
  const movies =
    'movieId,title,genres\n10,"Matrix, The (1999)",Action|Sci-Fi\n20,Heat (1995),Action\n30,Unrated (2000),Drama\n';
  const found = await items(movies, { layout: 'movielens', ratings: 'ratings.csv', minimumRatings: 2 });
  expect(found).toEqual([
    {
      name: 'Matrix, The (1999)',
      columns: { movieId: '10', title: 'Matrix, The (1999)', genres: 'Action, Sci-Fi', rating: '3.75', ratings: '2' },
    },
  ]);
});

const shared = join(import.meta.dirname, '../../../shared/data/ml-latest-small');
if (!existsSync(shared)) console.warn(`skipped: real MovieLens items (${shared} is absent)`);
describe.skipIf(!existsSync(shared))('the real MovieLens files', () => {
  test('films with at least 20 ratings', async () => {
    const source = { file: join(shared, 'movies.csv'), ratings: join(shared, 'ratings.csv'), layout: 'movielens' };
    const plan = await readPlan(
      write('p.json', JSON.stringify({ ...good, task: 'movies', items: source, target: { column: 'rating' } })),
    );
    const found = await readItems(plan);
    expect(found).toHaveLength(1297);
    expect(targetColumn(plan, found)!.every((mean) => Number(mean) >= 0.5 && Number(mean) <= 5)).toBe(true);
    expect(fill(taskOf(plan)!.question, found[0]!, plan.scores)).toMatch(
      /^Film: Toy Story \(1995\)\nGenres: Adventure, .*0 to 100:$/s,
    );
  });
});

test('a sample is drawn without repetition, the same for the same seed; names must differ', async () => {
  const text = `item,text,human\n${Array.from({ length: 50 }, (_, i) => `i${i},t,1`).join('\n')}\n`;
  const draw = async (seed: number) => (await items(text, { sample: { count: 20, seed } })).map(({ name }) => name);
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
  expect(new Set(await draw(1)).size).toBe(20);
  await expect(items(text, { sample: { count: 51 } })).rejects.toThrow(/must have 51 items to draw from, got 50/);
  await expect(items('item,text\na,1\na,2\n', {})).rejects.toThrow(/items must differ, got "a" twice/);
  await expect(items('item,text\n', {})).rejects.toThrow(/at least one item/);
});

test('questions: columns, range and braces; an unknown column is named', () => {
  const item = { name: 'i', columns: { text: 'Hello' } };
  expect(fill('{{{text}}} {from}–{to}', item, { from: 0, to: 9 })).toBe('{Hello} 0–9');
  expect(() => fill('{txet}', item, { from: 0, to: 9 })).toThrow(
    /\{txet\} must be one of text, from, to \(for item "i"\)/,
  );
});

test('a digest changes with model, parameters, range, persona and item, and with nothing else', () => {
  const plan = { model: 'm', parameters: { temperature: 0, top_p: 1 }, scores: { from: 0, to: 100 } };
  const persona = { name: 'p', prompt: 'x' };
  const item = { name: 'i', columns: { text: 't', human: '1' } };
  const digest = (p: Pick<Plan, 'model' | 'parameters' | 'scores'>, who = persona, what = item) =>
    new Questions(p, '{text}', [who], [what]).digest(0, 0);
  const base = digest(plan);
  expect(base).toMatch(/^[0-9a-f]{32}$/);
  expect(digest({ ...plan, parameters: { top_p: 1, temperature: 0 } })).toBe(base);
  expect(digest({ ...plan, scores: { ...plan.scores, as: [0, 1] } })).toBe(base);
  expect(digest(plan, persona, { name: 'i', columns: { text: 't', human: '2' } })).toBe(base);
  const others = [
    digest({ ...plan, model: 'n' }),
    digest({ ...plan, parameters: { temperature: 1, top_p: 1 } }),
    digest({ ...plan, scores: { from: 0, to: 10 } }),
    digest(plan, { name: 'p', prompt: 'y' }),
    digest(plan, { name: 'q', prompt: 'x' }),
    digest(plan, persona, { name: 'i', columns: { text: 'u', human: '1' } }),
    digest(plan, persona, { name: 'j', columns: { text: 't', human: '1' } }),
  ];
  expect(new Set([base, ...others]).size).toBe(8);
});

test('personas: names that would be columns of ours, repeated or blank are refused', async () => {
  const plan = { target: { column: 'human' } };
  const named = (...names: string[]) => names.map((name) => ({ name, prompt: 'x' }));
  expect(() => panelOf(plan, named('Alice'))).toThrow(/must not be called .*got "Alice"/);
  expect(() => panelOf(plan, named('option'))).toThrow(/must not be called .*got "option"/);
  expect(() => panelOf(plan, named('a', 'a'))).toThrow(/names must differ, got "a" twice/);
  expect(() => panelOf(plan, [])).toThrow(/at least one/);
  expect(panelOf({ target: { persona: 'baseline' }, task: 'ethics' }, named('a')).alice?.prompt).toMatch(
    /going by your gut/,
  );
  await expect(readPersonas(write('personas.csv', 'name,prompt\na,\n'))).rejects.toThrow(/line 2, column "prompt"/);
});

test('the tasks of section 6.1: one common prompt, six families each', () => {
  for (const task of ['ethics', 'movies'] as const) {
    const of = (what: 'baseline' | 'families') =>
      basePrompts({ task, personas: { paraphrase: { count: 1, of: what, batch: 1, parameters: {} } } });
    expect(of('baseline')).toHaveLength(1);
    expect(new Set(of('families').map(({ name }) => name)).size).toBe(6);
    expect(questionOf({ task })).toContain('{from} to {to}');
  }
});

test('scores are mapped in the fewest digits', () => {
  expect(mapped(73, { from: 0, to: 100 })).toBe('73');
  expect(mapped(73, { from: 0, to: 100, as: [0, 5] })).toBe('3.65');
  expect(mapped(7, { from: 0, to: 100, as: [0, 1] })).toBe('0.07');
  expect(mapped(0, { from: -5, to: 5, as: [0, 1] })).toBe('0.5');
});

test('a target that is no number, or no column', async () => {
  const [item] = await items('item,text,human\na,t,n/a\n', {});
  const plan = { target: { column: 'human' }, items: { file: 'items.csv' } as Plan['items'] };
  expect(() => targetColumn(plan, [item!])).toThrow(
    /items\.csv, item "a", column "human": must be a number, got "n\/a"/,
  );
  expect(() => targetColumn({ ...plan, target: { column: 'mean' } }, [item!])).toThrow(
    /must be one of item, text, human, got "mean"/,
  );
});
