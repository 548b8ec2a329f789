/** The examples in doc comments of public functions are run, and what their comments say comes out is compared. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as publicApi from '../../src/index.ts';

const api = new Map<string, unknown>(Object.entries(publicApi));

interface Example {
  readonly name: string;
  readonly code: string;
}

/** Every `@example` above an exported function or class that the public API exports as well. */
function examples(): Example[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const source = readFileSync(join('src', file), 'utf8');
    const found = source.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?(?:function|class|const) (\w+)/g,
    );
    return [...found].flatMap(([, comment, name]) => {
      const example = /@example([\s\S]*?)(?=\n\s*\*\s*@|$)/.exec(comment!)?.[1];
      if (example === undefined || !api.has(name!)) return [];
      return [{ name: name!, code: example.replace(/^\s*\* ?/gm, '').trim() }];
    });
  });
}

/** Turns `expression; // value`, or a line `// value` below an expression, into a comparison. */
function withChecks(code: string): { code: string; checks: number } {
  const lines = code.split('\n');
  let checks = 0;
  const out: string[] = [];
  for (let line of lines) {
    const alone = /^\/\/ (.*)$/.exec(line);
    if (alone && out.length > 0) line = `${out.pop()} ${line}`;
    const [, expression, value] = /^(.*?);?\s+\/\/ (.*)$/.exec(line) ?? [];
    if (expression !== undefined && isValue(value!) && !/^(const|let|import|await using)\b/.test(expression)) {
      checks++;
      out.push(`check(await (${expression}), ${value});`);
    } else out.push(line);
  }
  return { code: out.join('\n'), checks };
}

function isValue(text: string): boolean {
  try {
    new Function(`return (${text});`)();
    return true;
  } catch {
    return false;
  }
}

const AsyncFunction = (async () => {}).constructor as new (
  ...args: string[]
) => (...values: unknown[]) => Promise<void>;

/** Functions that read files the project does not have; `parseOrders` and `parseObservations` show the same on text. */
const WITHOUT = ['movieLens', 'movieLensTable', 'readObservations', 'readOrders'];

describe('doc comment examples', () => {
  const all = examples();
  test('every function and class but the errors has one', () => {
    const callable = [...api].filter(([, value]) => typeof value === 'function' && !(value.prototype instanceof Error));
    const shown = new Set(all.map(({ name }) => name));
    expect(
      callable
        .map(([name]) => name)
        .filter((name) => !shown.has(name))
        .sort(),
    ).toEqual(WITHOUT);
  });
  test.each(all)('$name', async ({ code }) => {
    const { code: body, checks } = withChecks(code);
    expect(checks, `nothing is checked in:\n${body}`).toBeGreaterThan(0);
    const run = new AsyncFunction(...api.keys(), 'check', body);
    await run(...api.values(), (got: unknown, wanted: unknown) => expect(got).toEqual(wanted));
  });
});
