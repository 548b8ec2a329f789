/** The examples for other front ends are run: Python over HTTP, a web page, and the commands of docs/serve.md. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseTable, solve } from '../../src/index.ts';
import { executable, hostFiles, openBrowser } from '../page/chromium.ts';
import { serverForTests } from '../server/start.ts';

const run = promisify(execFile);

/** Whether `program` is here; said loudly where not. */
function there(program: string): boolean {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found) console.warn(`SKIPPED: no ${program} here, so its examples of docs/serve.md and examples/ are not run`);
  return found;
}

const TABLE = 'data/tables/synthetic-2.csv';

describe('examples over HTTP', () => {
  const client = serverForTests({ limits: { waitSeconds: 2 } });

  test.skipIf(!there('python3'))('Python', async () => {
    const { stdout } = await run('python3', ['examples/python-http/solve.py', client.url, TABLE, 'AI 1,AI 2']);
    const { worst, optimum } = await solve(parseTable(readFileSync(TABLE, 'utf8')), {
      committee: ['AI 1', 'AI 2'],
      threads: 1,
    });
    expect(
      stdout
        .split('\n')
        .slice(0, 2)
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      `optimum ${optimum.alice.exact}`,
      `worst equilibrium ${worst.alice.exact} [${worst.scheme.map((policy) => `'${policy}'`).join(', ')}]`,
    ]);
    const refused = run('python3', ['examples/python-http/solve.py', client.url, TABLE, 'nobody']);
    await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('422: committee must name Bobs') });
  });

  test.skipIf(!there('curl') || !there('bash'))('the curl commands of docs/serve.md', async () => {
    const commands = [
      ...readFileSync('docs/serve.md', 'utf8').matchAll(/^ {4}(curl (?:.*\\\n)?(?:.*-d '\{\n(?:.*\n)*?.*\}'|.*))$/gm),
    ]
      .map(([, command]) => command!.replaceAll('http://127.0.0.1:8080', client.url))
      .filter((command) => !command.includes('/ID'));
    expect(commands).toHaveLength(3);
    const answers: string[] = [];
    for (const command of commands)
      answers.push((await run('bash', ['-c', command.replace('curl ', 'curl -s ')])).stdout);
    expect(answers[0]).toContain('"kind": "solve"');
    expect(answers[1]).toContain('"ties": "index"');
    expect(answers[2]).toMatch(/^HTTP\/1\.1 202 /);
  });
});

test.skipIf(!executable)('the page of examples/browser', async () => {
  const { url, server } = await hostFiles('examples/browser');
  const browser = await openBrowser();
  try {
    const page = await browser.context.newPage();
    await page.route('**/node_modules/market-alignment/**', (route) => {
      const path = new URL(route.request().url()).pathname.replace(/^.*\/node_modules\/market-alignment\//, '');
      return route.fulfill({ path });
    });
    await page.goto(url);
    await page.waitForFunction(() => /\d/.test(document.querySelector('#both')?.textContent ?? ''));
    expect([await page.textContent('#alone'), await page.textContent('#both')]).toEqual(['3/8', '1']);
  } finally {
    await browser.close();
    server.close();
  }
});
