// The keys that processes of ours hold: one of the object store for each right, and the key that
// signs upload tickets. Each set of them is a folder, a generation; the link `current` names the one
// that counts and is swapped as a whole, as Kubernetes does with a mounted secret.
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
import { storeRights, type StoreRightName } from '../../contracts/objects.ts';

export const rightNames = Object.keys(storeRights) as StoreRightName[];

/** The settings that hold the two halves of the key of one right. */
export const keySettings = <Right extends StoreRightName>(right: Right) => {
  const name = right.toUpperCase() as Uppercase<Right>;
  return [`S3_${name}_ACCESS_KEY`, `S3_${name}_SECRET_KEY`] as const;
};

export const storeKeySettings = rightNames.flatMap((right) => keySettings(right));
const ticketKeySettings = ['TICKET_KEY', 'TICKET_KEY_PREVIOUS'] as const;

/** Files of a generation are named after the setting that they hold. */
export type KeySetting = (typeof storeKeySettings)[number] | (typeof ticketKeySettings)[number];
export type KeySet = Readonly<Record<KeySetting, string>>;

export const isKeySetting = (name: string): name is KeySetting =>
  [...storeKeySettings, ...ticketKeySettings].some((known) => known === name);

export const keysFolder = (stack: { readonly folder: string }) => join(stack.folder, 'keys');

/** Where a process finds a key, whichever generation is current. */
export const keyFile = (folder: string, setting: KeySetting) => join(folder, 'current', setting);

export interface Generation {
  /** Sorts by the time at which it was made. */
  readonly name: string;
  readonly keys: KeySet;
  /** A key of before leaked: all older ones end as soon as every process can have read these. */
  readonly endsOlder: boolean;
}

/** The generation that processes read, and since when (Unix time, ms). */
export interface Current {
  readonly name: string;
  readonly since: number;
}

const linkOf = (folder: string) => join(folder, 'current');

/**
 * Makes the first generation where there is none, and the keys of rights that came with a newer
 * version in each that is there. Two at once end with the same ones.
 */
export function ensureKeys(folder: string, ticketKey?: string): void {
  if (existsSync(linkOf(folder))) {
    completeGenerations(folder);
    return;
  }
  const name = writeGeneration(folder, newKeys({ ticketKey }));
  try {
    symlinkSync(name, linkOf(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    rmSync(join(folder, name), { recursive: true }); // another process was quicker
  }
}

function completeGenerations(folder: string): void {
  for (const name of generationNames(folder))
    for (const [setting, value] of Object.entries(newKeys({})))
      if (!existsSync(join(folder, name, setting))) replaceFile(folder, join(name, setting), value);
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
const generationNames = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /^\d{8}T\d{9}Z-[0-9a-f]{4}$/.test(name))
    .sort()
    .reverse();

/** All that still count, the newest first. It may be newer than the current one. */
export function readGenerations(folder: string): Generation[] {
  const settings = [...storeKeySettings, ...ticketKeySettings];
  return generationNames(folder).map((name) => {
    const values = settings.map((setting) => [
      setting,
      readFileSync(join(folder, name, setting), 'utf8').trim(),
    ]);
    const endsOlder = existsSync(join(folder, name, endsOlderFile));
    return { name, keys: Object.fromEntries(values) as KeySet, endsOlder };
  });
}

export const readCurrent = (folder: string): Current => ({
  name: readlinkSync(linkOf(folder)),
  since: lstatSync(linkOf(folder)).mtimeMs, // a link is never changed, only replaced
});

export function makeCurrent(folder: string, name: string): void {
  const link = join(folder, `.link-${randomUUID()}`);
  symlinkSync(name, link);
  renameSync(link, linkOf(folder));
}

/** Its users are deleted by whoever provisions a store next; no process reads its ticket key from here on. */
export function endGeneration(folder: string, { name, keys }: Generation): void {
  const ids = rightNames.map((right) => keys[keySettings(right)[0]]);
  replaceFile(folder, endedFile, JSON.stringify([...new Set([...endedUsers(folder), ...ids])]));
  const previous = join(readCurrent(folder).name, 'TICKET_KEY_PREVIOUS');
  if (readFileSync(join(folder, previous), 'utf8').trim() === keys.TICKET_KEY)
    replaceFile(folder, previous, randomBytes(20).toString('hex'));
  const ended = join(folder, `.ended-${name}`);
  renameSync(join(folder, name), ended);
  rmSync(ended, { recursive: true });
}

const endedFile = 'ended.json';
const endpointsFile = 'endpoints.json';

/** Access key ids of generations that ended. Kept: a store that does not run today has these users still. */
export const endedUsers = (folder: string) => (readJson(folder, endedFile) ?? []) as string[];

/** Object stores elsewhere at which `npm run provision` made users, and their newest generation there. */
export function provisionedEndpoints(folder: string): { endpoint: string; newest: string }[] {
  const known = readJson(folder, endpointsFile) ?? {};
  return Object.entries(known).map(([endpoint, newest]) => ({ endpoint, newest: String(newest) }));
}

export function rememberEndpoint(folder: string, endpoint: string): void {
  const [newest] = generationNames(folder);
  const known = { ...readJson(folder, endpointsFile), [endpoint]: newest };
  replaceFile(folder, endpointsFile, JSON.stringify(known));
}

/** Where `npm run provision` has to be run again. */
export function endpointsWithoutNewest(folder: string): string[] {
  const [newest = ''] = generationNames(folder);
  const late = provisionedEndpoints(folder).filter((known) => known.newest < newest);
  return late.map(({ endpoint }) => endpoint);
}

function readJson(folder: string, name: string): object | undefined {
  const file = join(folder, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : undefined;
}

function replaceFile(folder: string, name: string, text: string): void {
  const written = join(folder, `.file-${randomUUID()}`);
  writeFileSync(written, `${text}\n`, { mode: 0o600 });
  renameSync(written, join(folder, name));
}
