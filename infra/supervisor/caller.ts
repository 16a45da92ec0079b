import { execFileSync } from 'node:child_process';
import { isRunning, startTimeOf } from './process-list.ts';

const lookEveryMs = 500;
const shells = /(^|\/)-?(sh|bash|dash|ash|zsh)$/;

/**
 * npm does not pass a SIGTERM on, and cannot pass a SIGKILL on: what it has started runs on without
 * it. So a command that npm runs calls `gone` once when npm has ended. Whoever called npm may leave:
 * `(npm start &)` stays up.
 */
export function whenNpmIsGone(gone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return; // started by hand
  const callers = npmAndItsShell().map((pid) => ({ pid, startTime: startTimeOf(pid) ?? '' }));
  const timer = setInterval(() => {
    if (callers.every(isRunning)) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
}

/** npm runs a script through a shell; some shells make way for the script, some wait for it. */
function npmAndItsShell(): readonly number[] {
  const [npm, command] = parentOf(process.ppid);
  return shells.test(command) ? [process.ppid, npm] : [process.ppid];
}

/** The parent of a process, and the process's own program; neither where nobody can tell. */
function parentOf(pid: number): readonly [parent: number, program: string] {
  try {
    const row = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, program = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(row) ?? [];
    return [Number(parent), program];
  } catch {
    return [0, '']; // no `ps` on this machine, or the process has just left
  }
}
