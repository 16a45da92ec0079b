// Folders are looked through again and again: that sees network drives, replaced files, links and names
// that are not UTF-8 by the rules of every folder.
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { FolderRules } from '../command-line/read-arguments.ts';
import { judge, lookThrough, type Candidate } from './find-photos.ts';
import { isWrittenToItsEnd } from './file-ends.ts';
import type { LeftOut, Reason } from './left-out.ts';
import type { PhotoFile } from './photo-file.ts';
import { UsageError } from '../command-line/usage-error.ts';

/** In milliseconds. */
export interface WatchTimes {
  /** Between two looks, at least; of large folders nine times what a look takes. */
  readonly pause: number;
  /** How long a photo that has its end stays as it is before it is taken. */
  readonly settled: number;
  /** The same for one whose end is missing: its writer may have paused. */
  readonly unfinished: number;
}
const defaultTimes: WatchTimes = { pause: 200, settled: 300, unfinished: 10_000 };

/**
 * Calls `onPhoto` for every photo that appears in or below the folders, or is replaced there, once it
 * is written to its end, until aborted. Photos that are there already are left out.
 *
 * @throws {UsageError} a folder that does not exist.
 */
export async function watchFolders(
  folders: readonly string[],
  rules: FolderRules,
  on: {
    onWatching: () => void;
    onPhoto: (photo: PhotoFile) => void;
    onLeftOut: (leftOut: LeftOut) => void;
    until: AbortSignal;
    times?: WatchTimes;
  },
): Promise<void> {
  const { times = defaultTimes, until } = on;
  for (const folder of folders) {
    const kind = await stat(folder).catch(() => undefined);
    if (!kind?.isDirectory())
      throw new UsageError(`invalid --watch '${folder}': expected a folder that exists.`);
  }
  // Never forgotten: a network drive that comes back must not be analyzed as a whole.
  const handled = new Map<string, string>();
  for (const { key, version } of await lookAtAll(folders, rules)) handled.set(key, version);
  on.onWatching();

  let waiting = new Map<string, Waiting>();
  while (!until.aborted) {
    const began = Date.now();
    const changed = (await lookAtAll(folders, rules)).filter(
      ({ key, version }) => handled.get(key) !== version,
    );
    const before = waiting;
    waiting = new Map();
    for (const seen of changed) {
      const known = before.get(seen.key);
      const since = known?.version === seen.version ? known.since : began;
      const verdict = await judgeWhenReady(seen, Date.now() - since, times);
      if (verdict === undefined) waiting.set(seen.key, { version: seen.version, since });
      else {
        handled.set(seen.key, seen.version);
        const { file } = seen.found;
        if (verdict === 'photo') on.onPhoto(file);
        else on.onLeftOut({ file, why: verdict });
      }
    }
    await delay(Math.max(times.pause, 9 * (Date.now() - began)), undefined, {
      signal: until,
    }).catch(() => undefined);
  }
}

interface Waiting {
  readonly version: string;
  readonly since: number;
}

/** A file as it is now: another version is another photo. */
interface Seen {
  readonly key: string;
  readonly version: string;
  readonly found: Candidate | LeftOut;
}

async function lookAtAll(folders: readonly string[], rules: FolderRules): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const folder of folders) {
    const { candidates, leftOut } = await lookThrough(Buffer.from(folder), rules);
    for (const found of leftOut) seen.push({ key: found.file.name, version: found.why, found });
    for (const found of candidates) {
      const facts = await stat(found.file.path).catch(() => undefined); // it may be gone again
      if (facts === undefined) continue;
      seen.push({ key: found.key, version: `${facts.size} ${facts.mtimeMs}`, found });
    }
  }
  return seen;
}

/** Undefined while it may still change; a photo with its end is ready sooner than anything else. */
async function judgeWhenReady(
  { found }: Seen,
  unchangedMs: number,
  { settled, unfinished }: WatchTimes,
): Promise<'photo' | Reason | undefined> {
  if (unchangedMs < settled) return undefined;
  const verdict = 'why' in found ? found.why : await judge(found);
  if (unchangedMs >= unfinished) return verdict;
  const isReady = verdict === 'photo' && (await isWrittenToItsEnd(found.file.path));
  return isReady ? verdict : undefined;
}
