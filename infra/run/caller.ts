import { execFileSync } from 'node:child_process';

const lookEveryMs = 500;

/**
 * npm does not pass a SIGTERM on, and cannot pass a SIGKILL on: what it has started runs on without
 * it. So a command that npm runs calls `gone` once when npm, or the shell between them, has ended.
 */
export function whenNpmIsGone(gone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return; // started by hand
  const callers = [process.ppid, parentOf(process.ppid)];
  const timer = setInterval(() => {
    if (callers.every(isThere)) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
}

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there, and another user's
  }
}
