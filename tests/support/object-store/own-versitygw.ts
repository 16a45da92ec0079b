// A VersityGW of a test's own, to be killed or to run out of disk without harm to the stack's.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../infra/supervisor/preflight.ts';
import { versitygw } from '../../../infra/native/versitygw.ts';
import { openStack } from '../../../infra/stack/stack.ts';
import { eventually } from '../harness/eventually.ts';
import { openStoreAt, type StoreFixture } from '../harness/store.ts';

export interface OwnStore {
  readonly fixture: StoreFixture;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** @param folder where its data go; default: a temporary folder. */
export async function startOwnStore(folder?: string): Promise<OwnStore> {
  const stackFolder = folder ?? (await mkdtemp(join(tmpdir(), 'versitygw-')));
  const opened = openStack('test', stackFolder);
  const stack = { ...opened, ports: { ...opened.ports, versitygw: await freePort() } };
  let running: ChildProcess | undefined;

  const start = async () => {
    const { command, args, cwd, env } = await versitygw.prepare(stack, () => undefined);
    running = spawn(command, [...args], { cwd, env, stdio: 'ignore' });
    await eventually(() => versitygw.ready(stack));
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (running === undefined || running.exitCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
    running = undefined;
  };
  await start();
  const fixture = await openStoreAt(versitygw.url(stack), {
    accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
    secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
  });
  return { fixture, start, kill: () => end('SIGKILL'), close: () => end('SIGTERM') };
}
