/** docs/scaling.md holds: its commands are run as they stand, by a shell that stands in for each scheduler. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cli, scratchFolder } from '../cli/run.ts';
import { hasRedis, startRedis } from '../queue/redis.ts';
import { biasedTable } from './shared.ts';

const scratch = scratchFolder();
afterAll(scratch.clean);

const blocks = [...readFileSync('docs/scaling.md', 'utf8').matchAll(/```(\w+)\n(.*?)```/gs)].map(([, , text]) => text!);
const block = (word: string) => blocks.find((text) => text.includes(word))!;

let csv: string;
beforeAll(async () => {
  biasedTable(scratch.path('table.csv'), 14, 3);
  mkdirSync(scratch.path('bin'));
  const command = scratch.path('bin/market-alignment');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${process.cwd()}/dist/cli/main.js" "$@"\n`);
  chmodSync(command, 0o755);
  csv = (await cli(['sweep', scratch.path('table.csv'), '--method', 'enumerate', '--format', 'csv'])).stdout;
});

/** Runs a script in a folder of its own, in which the table lies. */
function shell(name: string, script: string, env: NodeJS.ProcessEnv = {}, interpreter = 'bash') {
  const cwd = scratch.path(name);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(`${cwd}/table.csv`, readFileSync(scratch.path('table.csv')));
  const path = `${scratch.path('bin')}:${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync(interpreter, ['-euc', script], {
    // With a socket for standard input bash takes itself for a remote shell and reads its start-up file.
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, ...env },
  });
  return { status, stdout, stderr };
}

test('the shell loop', () => {
  expect(shell('loop', block('for i in'))).toEqual({ status: 0, stdout: csv, stderr: '' });
});

const hasParallel =
  spawnSync('parallel', ['--version'], { encoding: 'utf8' }).stdout?.startsWith('GNU parallel') ?? false;
if (!hasParallel) console.warn('skipped: the command for GNU parallel (it is not installed)');

test.skipIf(!hasParallel)('GNU parallel', () => {
  const { status, stdout } = shell('parallel', block('parallel -j'));
  expect({ status, stdout }).toEqual({ status: 0, stdout: csv });
});

test('Slurm: the script under a loop that sets what Slurm sets', () => {
  const script = block('#SBATCH').replaceAll('64', '3');
  for (const task of [0, 1, 2]) {
    const env = { SLURM_ARRAY_TASK_ID: String(task), SLURM_CPUS_PER_TASK: '2' };
    expect(shell('slurm', script, env)).toEqual({ status: 0, stdout: '', stderr: '' });
  }
  const merged = shell('slurm', 'market-alignment merge part-? --format csv');
  expect(merged).toEqual({ status: 0, stdout: csv, stderr: '' });
});

test('Kubernetes: the pods of the manifest, as a loop', () => {
  const { spec } = parse(block('kind: Job'));
  expect(spec.completionMode).toBe('Indexed');
  const [container] = spec.template.spec.containers;
  expect(container.command).toEqual(['sh', '-c']);
  expect(container.args[0]).toContain(`--of ${spec.completions} `);
  expect(container.volumeMounts[0].name).toBe(spec.template.spec.volumes[0].name);
  const script = container.args[0].replaceAll('/data/', './').replace(`--of ${spec.completions} `, '--of 2 ');
  for (const index of ['0', '1'])
    expect(shell('pods', script, { JOB_COMPLETION_INDEX: index }, 'sh')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(shell('pods', 'market-alignment merge part-0 part-1 --format csv').stdout).toBe(csv);
});

describe.skipIf(!hasRedis)('over a queue', () => {
  test('the two commands', async () => {
    const server = await startRedis(scratch.path('.'));
    try {
      const script = `trap 'kill %1; wait' EXIT\n${block('worker --redis').replace('" &', '" --quiet &')}`;
      const { status, stdout } = shell('queue', script, { REDIS_URL: server.url });
      expect({ status, stdout }).toEqual({ status: 0, stdout: csv });
    } finally {
      await server.stop();
    }
  });
});
