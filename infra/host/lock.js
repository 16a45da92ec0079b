// The one lock of infra: a file that names its holder, so that the lock of a killed process is taken over.
// Plain JavaScript, because the npm packages are installed under it, on whatever Node is there.
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, startTimeOf } from './process-handle.js';

export async function withLock(file, onWait, work) {
  mkdirSync(dirname(file), { recursive: true });
  if (!takeLock(file)) {
    onWait();
    do await delay(200);
    while (!takeLock(file));
  }
  try {
    return await work();
  } finally {
    unlinkSync(file);
  }
}

let drafts = 0;

function takeLock(file) {
  const draft = `${file}.${process.pid}-${++drafts}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  try {
    linkSync(draft, file); // appears complete, or is there already
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  const holder = readIfThere(file);
  if (holder !== undefined && !isRunning(JSON.parse(holder))) breakLock(file, holder, draft);
  return false;
}

/** Only one of those who wait can move the file; one that has a living holder by now is given back. */
function breakLock(file, holder, moved) {
  try {
    renameSync(file, moved);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(moved, 'utf8') === holder) unlinkSync(moved);
  else renameSync(moved, file);
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined; // just released
    throw error;
  }
}
