/** `serve` as a process: its first line, its log, its end, and what it refuses. */
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { cli } from './run.ts';

describe('serve', () => {
  test('prints its URL first, answers, logs JSON, and ends with code 0 on SIGTERM', async () => {
    let asked: Promise<unknown> | undefined;
    const ran = await cli(['serve', '--port', '0', '--jobs', '1'], {
      onStderr(stderr, kill) {
        const [url] = stderr.split('\n', 1);
        if (!stderr.includes('\n') || asked) return;
        asked = fetch(`${url}/healthz`).then((response) => response.json());
        void asked.finally(() => kill('SIGTERM'));
      },
    });
    expect([ran.code, ran.stderr]).toEqual([0, expect.anything()]);
    expect(await asked).toEqual({ status: 'ok' });
    const [url, ...lines] = ran.stderr.trim().split('\n');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      expect.arrayContaining(['answered']),
    );
    expect(ran.stdout).toBe('');
  });

  test('a port that is taken, a short token and bad limits are refused', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    try {
      const taken = await cli(['serve', '--port', String(port), '--jobs', '1']);
      expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining(`cannot listen on 127.0.0.1:${port}`)]);
    } finally {
      other.close();
    }
    const token = await cli(['serve', '--token-file', 'package.json/x']);
    expect([token.code, token.stderr]).toEqual([2, expect.stringContaining('must be readable')]);
    expect((await cli(['serve', '--time-limit', '-1'])).code).toBe(2);
    expect((await cli(['serve', '--cors-origin', 'example.org'])).code).toBe(2);
  });
});
