// The one lock of infra: a file that names its holder, so that the lock of a killed process is taken over.
// Plain JavaScript, because the npm packages are installed under it, on whatever Node is there: so not
// proper-lockfile, which moreover takes a lock over by its age, not by the end of its holder.
import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, startTimeOf } from './process-handle.js';

export async function withLock(file, onWait, work) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const holder = JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) });
  if (!takeLock(file, holder)) {
    onWait();
    do await delay(200);
    while (!takeLock(file, holder));
  }
  try {
    return await work();
  } finally {
    unlinkSync(file);
  }
}

function takeLock(file, holder) {
  if (createComplete(file, holder)) return true;
  const found = readIfThere(file);
  if (found !== undefined && !isRunning(JSON.parse(found))) breakLock(file, found, holder);
  return false;
}

let drafts = 0;

/** @returns false where the file is there already; nobody ever sees it half written. */
function createComplete(file, text) {
  const draft = `${file}.${process.pid}-${++drafts}`;
  try {
    writeFileSync(draft, text);
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Only who holds the claim to this dead holder's lock takes it away, and looks again before: a lock
 * of somebody else that stands there by then stays.
 */
function breakLock(file, stale, holder) {
  const claim = `${file}.stale-${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;
  if (!takeLock(claim, holder)) return;
  try {
    if (readIfThere(file) === stale) unlinkSync(file);
  } finally {
    unlinkSync(claim);
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined; // just released
    throw error;
  }
}
