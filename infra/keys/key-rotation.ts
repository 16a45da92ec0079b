// Keys are replaced while processes run: a new generation is written, then its users are made, then it
// becomes current, then what is older ends. Killed after any of these, whoever settles next goes on.
import { setTimeout as pause } from 'node:timers/promises';
import { oneAtATime } from '../host/lock.ts';
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
export const readByAllMs = 6_000;
const countTogetherMs = 24 * 60 * 60_000;

/** Runs `work` while nobody else changes these keys or provisions a store with them. */
export function withKeys(
  folder: string,
  log: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  let said = false;
  const report = (line: string) => {
    if (!said) log(line);
    said = true;
  };
  const waiting = 'somebody else is at the keys already; waiting for it';
  return oneAtATime(`keys ${folder}`, report, work, waiting);
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
    index === 0 && !endsOlder ? age >= countTogetherMs : age >= readByAllMs,
  );
}

/** Those of {@link findOverdue}, as the folder says now. */
export const overdueIn = (folder: string, now = Date.now()) =>
  findOverdue(readGenerations(folder), readCurrent(folder), now);

/** @returns whether any ended. Its users are still to be deleted in the store. */
function endOverdue(folder: string, now: number): boolean {
  const overdue = overdueIn(folder, now);
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

export interface Settling {
  /** Makes the users of all generations in the store that processes use, deletes those that ended. */
  readonly provision: () => Promise<void>;
  /** False: no process runs that would have to read the new keys first. */
  readonly processesRun: boolean;
  /** False: processes use another store, which does not know the new keys yet. Asked after `provision`. */
  readonly mayBecomeCurrent: () => boolean | Promise<boolean>;
  readonly log: (line: string) => void;
}

/** Inside {@link withKeys}. Changes nothing where nothing is begun and nothing overdue. */
export async function settleKeys(folder: string, settling: Settling): Promise<void> {
  const { provision, processesRun, mayBecomeCurrent, log } = settling;
  endOverdue(folder, Date.now());
  await provision();
  const [newest] = readGenerations(folder);
  if (newest !== undefined && newest.name !== readCurrent(folder).name) {
    if (!(await mayBecomeCurrent())) return;
    makeCurrent(folder, newest.name);
    log('keys: the new ones are current');
  }
  const readByAll = readCurrent(folder).since + readByAllMs;
  if (overdueIn(folder, readByAll).length === 0) return;
  if (processesRun) {
    log(
      `keys: waiting ${readByAllMs / 1_000} s until every process has read them (each reads its files every 5 s)`,
    );
    await pause(Math.max(0, Math.min(readByAllMs, readByAll - Date.now())));
  }
  if (endOverdue(folder, Math.max(readByAll, Date.now()))) await provision();
}
