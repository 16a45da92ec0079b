// A container as the engine knows it, by its name. The engine keeps it alive whatever becomes of the
// command that follows it, so only the engine can stop it.
import { execFile } from 'node:child_process';

/** Longer than any of these takes on a busy machine; an engine that hangs must not hold the stack. */
const answersWithinMs = 30_000;

/** Its own signal to end, SIGKILL after the grace. No error when it is gone already. */
export const stopContainer = (name: string, graceMs: number) =>
  docker(['stop', '-t', String(graceMs / 1_000), name], graceMs + answersWithinMs);

/** As a crash would end it. */
export const killContainer = (name: string) => docker(['kill', name]);

/** It keeps its connections and answers nothing. */
export const pauseContainer = (name: string) => docker(['pause', name]);
export const unpauseContainer = (name: string) => docker(['unpause', name]);

/** Gone, running or not. What it has written into named volumes stays. */
export const removeContainer = (name: string) => docker(['rm', '--force', '--volumes', name]);

const goneAlready = /no such container|removal of container .* is already in progress/i;

function docker(args: readonly string[], timeout = answersWithinMs): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(
      'docker',
      args,
      { timeout, killSignal: 'SIGKILL', env: process.env },
      (error, _stdout, stderr) => {
        if (error === null || goneAlready.test(stderr)) {
          resolve();
          return;
        }
        const reason = error.killed ? `no answer within ${timeout / 1_000} s` : stderr.trim();
        reject(new Error(`docker ${args.join(' ')}: ${reason || error.message}`, { cause: error }));
      },
    );
  });
}
