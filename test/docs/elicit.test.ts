/** docs/elicit.md against what is so: the example goes the whole way, and every command, plan and default shown is checked. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Entry, readJournal } from '../../src/elicit/journal.ts';
import { readPlan } from '../../src/elicit/plan.ts';
import { parseScores, parseTable } from '../../src/index.ts';
import { cli, scratchFolder } from '../cli/run.ts';
import { blocksOf, commandsOf, expectShown } from './shown.ts';

const DOCUMENT = 'docs/elicit.md';
const blocks = blocksOf(DOCUMENT);
const commands = commandsOf(blocks);

const { path, clean } = scratchFolder();
afterAll(clean);
const OUT = path('out');
describe('the example', () => {
  let printed = '';

  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['examples/elicit/run.mjs', OUT], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('This is a stand-in');
    // Paths as they are for a reader, who lets the example write into out/elicit.
    printed = stdout.replaceAll(/\S*\/market-alignment-test-\w+\/out/g, 'out/elicit');
  }, 600_000);

  const file = (name: string) => readFileSync(`${OUT}/${name}`, 'utf8');

  test('the example as shown, from plans to Figure 1 and a worst equilibrium', () => {
    const outputs = commandsOf([{ language: 'console', text: printed }]);
    const shown = commands.slice(1, 4);
    expect(shown.map(({ command }) => command.split(' ')[1])).toEqual(['elicit', 'hull', 'solve']);
    for (const { command, shown: text } of shown) {
      const output = outputs.find((one) => one.command === command);
      expect(output, `${command} is not among ${outputs.map((one) => one.command).join('\n')}`).toBeDefined();
      expectShown(output!.shown, text);
    }
  });

  test('Figure 1, twice, of files that hull and solve take', async () => {
    for (const figure of ['figure-1a.svg', 'figure-1b.svg']) {
      expect(file(figure)).toMatch(/^<svg /);
      for (const text of ['simple average', 'NNLS', 'number of Bobs K']) expect(file(figure)).toContain(text);
    }
    const scores = await parseScores(file('ethics.elicit/scores.csv'), { missing: 'drop-item' });
    expect([scores.bobs.length, scores.items]).toEqual([100, 145]);
    expect((await parseScores(file('films.elicit/scores.csv'))).bobs).toHaveLength(12);
    expect(parseTable(file('travel.elicit/table.csv')).bobs).toEqual([
      'Bus company',
      'Bicycle shop',
      'City hall',
      'Café',
    ]);
    // A hundred prompts were asked for and kept, no two the same.
    const [, ...personas] = parse(file('ethics-personas.csv')) as string[][];
    expect(new Set(personas.map(([, prompt]) => prompt)).size).toBe(100);
  });

  test('the journal and the missing answers are as described', async () => {
    const shown = blocks.find(({ language }) => language === 'ndjson');
    const line = JSON.parse(shown!.text) as Entry;
    let last: Entry | undefined;
    for await (const entry of readJournal(`${OUT}/ethics.elicit/journal.ndjson`))
      if ('score' in entry && entry.persona === 'alice' && entry.item === 'scenario 150') last = entry;
    expect({ ...last, at: '' }).toEqual({ ...line, at: '' });
    const [header, ...missing] = parse(file('ethics.elicit/missing.csv')) as string[][];
    expect(header).toEqual(['persona', 'item', 'reason', 'reply']);
    expect(missing.map(([, , reason, reply]) => [reason, reply])).toEqual(
      Array(5).fill(['not a whole number', 'I would rather not say.']),
    );
  });

  test('a score matrix with gaps is refused with their number', async () => {
    const { shown } = commands.find(({ command }) => /hull .*scores\.csv$/.test(command))!;
    const { code, stderr } = await cli(['hull', `${OUT}/ethics.elicit/scores.csv`]);
    expect(code).toBe(2);
    expect(stderr.replaceAll(OUT, 'out/elicit').trim()).toBe(shown);
  });
});

test('the estimate as shown, from the plan as it comes', async () => {
  // A copy: nobody's own run in the examples' folder counts.
  cpSync('examples/elicit', path('fresh'), {
    recursive: true,
    filter: (name) => !/\.elicit$|ethics-personas/.test(name),
  });
  const { shown } = commands.find(({ command }) => command.includes('--dry-run'))!;
  const { code, stdout } = await cli(['elicit', `${path('fresh')}/ethics.yaml`, '--dry-run', '--format', 'table']);
  expect(code).toBe(0);
  expectShown(stdout, shown);
  expect(existsSync(`${path('fresh')}/ethics.elicit`)).toBe(false);
});

const planAs = async (name: string, text: string) => {
  writeFileSync(path(name), text);
  const { name: _, folder, ...plan } = await readPlan(path(name));
  return plan;
};

test('the plan in YAML and in JSON is the same plan', async () => {
  const yaml = blocks.find(({ language, text }) => language === 'yaml' && text.startsWith('task: movies'));
  const json = blocks.find(({ language, text }) => language === 'json' && text.includes('"task": "movies"'));
  const plan = await planAs('shown.yaml', yaml!.text);
  expect(plan.personas.paraphrase?.count).toBe(100);
  expect(await planAs('shown.json', json!.text)).toEqual(plan);
});

/** `| a, b | 1, 2 | … |` of the tables of fields, as [field, default]. */
function documentedDefaults(): [string, string][] {
  const rows = readFileSync(DOCUMENT, 'utf8').matchAll(/^\| (`[^|]*?) *\| ([^|]*?) *\| [^|]*\|$/gm);
  return [...rows].flatMap(([, fields, defaults]) => {
    const names = [...fields!.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!);
    const values = names.length > 1 ? defaults!.split(', ') : [defaults!];
    return names.map((name, i): [string, string] => [name, (values[i] ?? values[0] ?? '').replaceAll('`', '')]);
  });
}

test('every field of a plan is documented, with its default', async () => {
  const minimal = {
    items: { file: 'i.csv', sample: { count: 1 } },
    question: '{text}',
    personas: { given: [], file: 'p.csv', paraphrase: { count: 1, of: [{ name: 'a', prompt: 'b' }] } },
    target: { column: 'human' },
    model: 'm',
  };
  const plan = await planAs('minimal.json', JSON.stringify(minimal));
  const documented = new Map(documentedDefaults());
  /** Leaves of the checked plan by path; those of a paraphrase have a table of their own. */
  const leaves = (value: object, at: string): [string, unknown][] =>
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const here = `${at}${key}`.replace(/^personas\.paraphrase\./, '');
      const open = typeof inner === 'object' && inner !== null && !/^(parameters|target|given|of)$/.test(key);
      return open ? leaves(inner, `${at}${key}.`) : [[here, inner]];
    });
  const all = leaves(plan, '');
  expect(all.length).toBeGreaterThan(20);
  for (const [field, value] of all) {
    const said = documented.get(field) ?? documented.get(`personas.${field.split('.').pop()}`);
    expect(said, `${field} is not documented`).toBeDefined();
    const given = /file|question|count|^of$|target|given|^model$|column/.test(field);
    if (!given && typeof value !== 'object') expect(said, field).toBe(String(value));
  }
});
