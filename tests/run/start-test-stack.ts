import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../infra/host/user-error.ts';
import { cloneFolder } from '../../infra/stack/stack.ts';

const program = fileURLToPath(new URL('test-stack.ts', import.meta.url));
const log = join(cloneFolder, '.data', 'test-stack.log'); // the stack's own folder is emptied

export interface TestStack {
  readonly pid: number | undefined;
  /** @param report gets the latest line of the log. @throws {UserError} when it does not come up. */
  whenUp(report: (line: string) => void): Promise<void>;
  stop(): Promise<void>;
}

/** @param detached it stays up when this process ends. */
export function startTestStack({ detached }: { detached: boolean }): TestStack {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const output = openSync(log, 'w', 0o600);
  const child = spawn(process.execPath, [program, ...(detached ? ['--detached'] : [])], {
    detached,
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const ended = once(child, 'exit');
  const up = once(child, 'message');
  return {
    pid: child.pid,
    async whenUp(report) {
      while (!(await settled(up))) {
        if (hasEnded(child))
          throw new UserError(`stack test is not up (${log}):\n${lastLines(20)}`);
        report(lastLines(1));
      }
      if (!detached) return;
      child.disconnect();
      child.unref();
    },
    async stop() {
      child.kill('SIGTERM');
      if (!hasEnded(child)) await ended;
    },
  };
}

const lookEveryMs = 500;

const settled = (promise: Promise<unknown>) =>
  Promise.any([promise.then(() => true), pause(lookEveryMs, false)]);

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => (exitCode ?? signalCode) !== null;

const lastLines = (count: number) =>
  readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
