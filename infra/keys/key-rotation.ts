// Keys are replaced while processes run: a new generation is written, then its users are made, then it
// becomes current, then what is older ends. Killed after any of these, whoever settles next goes on.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withLock } from '../host/lock.js';
import {
  endGeneration,
  makeCurrent,
  newKeys,
  readCurrent,
  readGenerations,
  writeGeneration,
  type Current,
  type Generation,
} from './generations.ts';

/** A process reads its files again after 5 s (platform/config.ts); a second for what it has just signed. */
export const propagationMs = 6_000;
const gracePeriodMs = 24 * 60 * 60_000;

/** Runs `work` while no other process changes these keys or provisions a store with them. */
export function withKeysLocked(
  folder: string,
  log: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const onWait = () => log('keys locked by another process: waiting for it');
  return withLock(join(folder, '.lock'), onWait, work);
}

/**
 * The generation before the current one counts for 24 hours together with it, none before that.
 *
 * @param generations the newest first.
 */
export function findOverdue(
  generations: readonly Generation[],
  current: Current,
  now: number,
): Generation[] {
  const older = generations.filter(({ name }) => name < current.name);
  const endsOlder = generations.some(({ name, endsOlder }) => endsOlder && name === current.name);
  const age = now - current.since;
  return older.filter((_, index) =>
    index === 0 && !endsOlder ? age >= gracePeriodMs : age >= propagationMs,
  );
}

/** Those of {@link findOverdue}, as the folder says now. */
export const readOverdue = (folder: string, now = Date.now()) =>
  findOverdue(readGenerations(folder), readCurrent(folder), now);

/** @returns whether any ended. Its users are still to be deleted in the store. */
function endOverdue(folder: string, now: number): boolean {
  const overdue = readOverdue(folder, now);
  for (const generation of overdue) endGeneration(folder, generation);
  return overdue.length > 0;
}

/**
 * New keys of every right and a new ticket key; nobody uses them yet. One that a killed rotation
 * left is taken, but not for a key that leaked: that one may have leaked too.
 */
export function beginRotation(folder: string, { leaked }: { leaked: boolean }): void {
  const generations = readGenerations(folder);
  const current = readCurrent(folder);
  const begun = generations.some(({ name }) => name > current.name);
  if (begun && !leaked) return;
  const previous = generations.find(({ name }) => name === current.name)?.keys.TICKET_KEY;
  writeGeneration(folder, newKeys({ previous }), { endsOlder: leaked });
}

interface RotationSteps {
  /** Makes the users of all generations in the store that processes use, deletes those that ended. */
  readonly provision: () => Promise<void>;
  /** False: no process runs that would have to read the new keys first. */
  readonly processesRun: boolean;
  /** False: processes use another store, which does not know the new keys yet. Asked after `provision`. */
  readonly mayBecomeCurrent: () => boolean | Promise<boolean>;
  readonly log: (line: string) => void;
}

/** Inside {@link withKeysLocked}. Changes nothing where nothing is begun and nothing overdue. */
export async function completeRotation(folder: string, steps: RotationSteps): Promise<void> {
  const { provision, processesRun, mayBecomeCurrent, log } = steps;
  endOverdue(folder, Date.now());
  await provision();
  const [newest] = readGenerations(folder);
  if (newest !== undefined && newest.name !== readCurrent(folder).name) {
    if (!(await mayBecomeCurrent())) return;
    makeCurrent(folder, newest.name);
    log('keys: new generation active');
  }
  const readByAll = readCurrent(folder).since + propagationMs;
  if (readOverdue(folder, readByAll).length === 0) return;
  if (processesRun) {
    log(
      `keys: waiting ${propagationMs / 1_000} s until every process has read them (each reads its files every 5 s)`,
    );
    await pause(Math.max(0, Math.min(propagationMs, readByAll - Date.now())));
  }
  if (endOverdue(folder, Math.max(readByAll, Date.now()))) await provision();
}
