// A process of ours with an environment of the test's own, to be asked, stopped and killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../../infra/supervisor/preflight.ts';
import { eventually } from './eventually.ts';

export const internalToken = 'the-internal-token-of-tests';

export interface TestProcess {
  readonly url: string;
  /** A call between services: JSON, the internal token, an owner. */
  readonly call: (path: string, body?: unknown) => Promise<Response>;
  /** `/livez` or `/readyz`. */
  readonly health: (path: '/livez' | '/readyz') => Promise<Health>;
  /** SIGTERM. @returns the exit code; null when a signal ended it. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL. */
  readonly kill: () => Promise<unknown>;
}

export interface Health {
  readonly status: number;
  readonly checks: Readonly<Record<string, string>>;
  readonly warnings?: Readonly<Record<string, string>>;
}

/** Resolves when `/livez` answers 200. */
export async function startProcess(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<TestProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${environment['HEALTH_PORT'] ?? port}`;
  const child = spawn(process.execPath, [`${folder}/main.ts`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      LOG_LEVEL: 'silent',
      INTERNAL_TOKEN: internalToken,
      ...environment,
    },
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exit)[0];
  };
  const started: TestProcess = {
    url,
    call: (path, body) =>
      fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${internalToken}`,
          'content-type': 'application/json',
          'trackunit-owner': '5d41402abc4b2a76b9719d911017c592',
        },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    async health(path) {
      const answer = await fetch(url + path);
      return { status: answer.status, ...((await answer.json()) as Omit<Health, 'status'>) };
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${folder} ended with ${child.exitCode}`);
    return (await started.health('/livez')).status === 200;
  });
  return started;
}
