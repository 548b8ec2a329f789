/** Redis servers of the tests' own on free loopback ports, and worker processes. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cli, type Ran } from '../cli/run.ts';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis)
  console.warn('skipped: everything over Redis (there is no redis-server; Debian: apt-get install redis-server)');

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that keeps nothing on disk. @param options those of redis-server, given the port. */
export async function startRedis(folder: string, options?: (port: number) => string[]): Promise<RedisServer> {
  const port = await freePort();
  const listen = options?.(port) ?? ['--port', String(port)];
  const child = spawn('redis-server', [...listen, '--bind', '127.0.0.1', '--save', '', '--dir', folder]);
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('Ready to accept connections')) resolve();
    });
    child.on('error', reject).on('exit', () => reject(new Error(log)));
  });
  await ready;
  const stop = async () => {
    if (child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return { port, url: `redis://127.0.0.1:${port}`, stop };
}

export interface WorkerProcess {
  /** Everything that it has said so far. */
  said(): string;
  /** Waits until it has said this; it must not have ended. */
  until(text: string): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ran>;
}

/** Starts `market-alignment worker` on one thread; a silent worker's parts are free again after a second. */
export function startWorkerProcess(url: string, env: NodeJS.ProcessEnv = {}, more: string[] = []): WorkerProcess {
  let said = '';
  let over = false;
  let kill = (_signal: NodeJS.Signals) => {};
  const ran = cli(['worker', '--redis', url, '--threads', '1', '--stalled-after', '1', ...more], {
    env,
    onStart: (send) => {
      kill = send;
    },
    onStderr: (text) => {
      said = text;
    },
  }).finally(() => {
    over = true;
  });
  return {
    said: () => said,
    async until(text) {
      while (!said.includes(text)) {
        if (over) throw new Error(`the worker ended without "${text}": ${said}`);
        await sleep(5);
      }
    },
    end(signal) {
      kill(signal);
      return ran;
    },
  };
}
