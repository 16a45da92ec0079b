// The keys that are there now. Each set of them is a folder, a generation; the link `current` names the
// one that counts and is swapped as a whole, as Kubernetes does with a mounted secret.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import {
  allKeySettings,
  currentLink,
  keyFile,
  keySettings,
  rightNames,
  type KeySetting,
} from './key-settings.ts';

/** Files of a generation are named after the setting that they hold. */
type KeySet = Readonly<Record<KeySetting, string>>;

export interface Generation {
  /** Sorts by the time at which it was made. */
  readonly name: string;
  readonly keys: KeySet;
  /** A former key leaked: all older ones end as soon as every process can have read these. */
  readonly endsOlder: boolean;
}

/** The generation that processes read, and since when (Unix time, ms). */
export interface Current {
  readonly name: string;
  readonly since: number;
}

/**
 * Makes the first generation where there is none, and the keys of rights that came with a newer
 * version in each that is there. Two at once end with the same ones.
 */
export function ensureKeys(folder: string, ticketKey?: string): void {
  if (existsSync(currentLink(folder))) {
    completeGenerations(folder);
    return;
  }
  const name = writeGeneration(folder, newKeys({ ticketKey }));
  try {
    symlinkSync(name, currentLink(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    rmSync(join(folder, name), { recursive: true }); // another process was quicker
  }
}

function completeGenerations(folder: string): void {
  for (const name of generationNames(folder))
    for (const [setting, value] of Object.entries(newKeys({}))) {
      const file = join(folder, name, setting);
      if (!existsSync(file)) writeSecret(file, value);
    }
}

/**
 * The previous ticket key is a random one where there is none: so its file is always there, and a
 * process that runs finds it changed.
 */
export function newKeys(tickets: {
  ticketKey?: string | undefined;
  previous?: string | undefined;
}): KeySet {
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  const pairs = rightNames.flatMap((right) => {
    const [accessKey, secretKey] = keySettings(right);
    return [
      [accessKey, random(10)],
      [secretKey, random(20)],
    ];
  });
  return {
    ...(Object.fromEntries(pairs) as KeySet),
    TICKET_KEY: tickets.ticketKey ?? random(20),
    TICKET_KEY_PREVIOUS: tickets.previous ?? random(20),
  };
}

const endsOlderFile = 'ENDS_OLDER';

/** The folder appears in one step, complete. @returns its name, which sorts after all that are there */
export function writeGeneration(
  folder: string,
  keys: KeySet,
  { endsOlder = false, now = Date.now() } = {},
): string {
  const unfinished = join(folder, `.unfinished-${randomUUID()}`);
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  for (const [setting, value] of Object.entries(keys))
    writeFileSync(join(unfinished, setting), `${value}\n`, { mode: 0o600 });
  if (endsOlder) writeFileSync(join(unfinished, endsOlderFile), '', { mode: 0o600 });
  const [newest] = generationNames(folder);
  const wanted = nameAt(now);
  // A clock that went back would let the new one pass for the older.
  const at = newest === undefined || wanted > newest ? wanted : nameAt(timeOf(newest) + 1);
  const name = `${at}-${randomBytes(2).toString('hex')}`;
  renameSync(unfinished, join(folder, name));
  return name;
}

const nameAt = (time: number) => new Date(time).toISOString().replaceAll(/[-:.]/g, '');
const timeOf = (name: string) =>
  Date.parse(
    name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'),
  );

/** The newest first. */
export const generationNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^\d{8}T\d{9}Z-[0-9a-f]{4}$/.test(name))
    .sort()
    .reverse();

/** All that still count, the newest first. It may be newer than the current one. */
export function readGenerations(folder: string): Generation[] {
  return generationNames(folder).map((name) => {
    const read = (setting: KeySetting) => readFileSync(join(folder, name, setting), 'utf8').trim();
    const values = allKeySettings.map((setting) => [setting, read(setting)]);
    const endsOlder = existsSync(join(folder, name, endsOlderFile));
    return { name, keys: Object.fromEntries(values) as KeySet, endsOlder };
  });
}

export const readCurrent = (folder: string): Current => ({
  name: readlinkSync(currentLink(folder)),
  since: lstatSync(currentLink(folder)).mtimeMs, // a link is never changed, only replaced
});

export function makeCurrent(folder: string, name: string): void {
  const link = join(folder, `.link-${randomUUID()}`);
  symlinkSync(name, link);
  renameSync(link, currentLink(folder));
}

/** Its users are deleted by whoever provisions a store next; no process reads its ticket key from here on. */
export function endGeneration(folder: string, { name, keys }: Generation): void {
  const ids = rightNames.map((right) => keys[keySettings(right)[0]]);
  const users = [...new Set([...endedUsers(folder), ...ids])];
  writeSecret(endedUsersFile(folder), JSON.stringify(users));
  const previous = keyFile(folder, 'TICKET_KEY_PREVIOUS');
  if (readFileSync(previous, 'utf8').trim() === keys.TICKET_KEY)
    writeSecret(previous, randomBytes(20).toString('hex'));
  const ended = join(folder, `.ended-${name}`);
  renameSync(join(folder, name), ended);
  rmSync(ended, { recursive: true });
}

const endedUsersFile = (folder: string) => join(folder, 'ended.json');

/** Access key ids of generations that ended. Kept: a store that does not run today has these users still. */
export function endedUsers(folder: string): string[] {
  const file = endedUsersFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

function writeSecret(file: string, text: string): void {
  writeFileAtomic.sync(file, `${text}\n`, { mode: 0o600 });
}
