// The keys that processes of ours hold: one of the object store for each right, and the key that
// signs upload tickets. Each set of them is a folder, a generation; the link `current` names the one
// that counts and is swapped as a whole, as Kubernetes does with a mounted secret.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { storeRights, type StoreRightName } from '../contracts/objects.ts';

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
}

/** Makes the first generation where there is none. Two at once end with the same one. */
export function ensureKeys(folder: string, ticketKey?: string): void {
  if (existsSync(join(folder, 'current'))) return;
  const name = writeGeneration(folder, newKeys({ ticketKey }));
  try {
    symlinkSync(name, join(folder, 'current'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    rmSync(join(folder, name), { recursive: true }); // another process was quicker
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

/** The folder appears in one step, complete. @returns its name */
export function writeGeneration(folder: string, keys: KeySet): string {
  const unfinished = join(folder, `.unfinished-${randomUUID()}`);
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  for (const [setting, value] of Object.entries(keys))
    writeFileSync(join(unfinished, setting), `${value}\n`, { mode: 0o600 });
  const name = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(2).toString('hex')}`;
  renameSync(unfinished, join(folder, name));
  return name;
}

/** All that still count, the newest first. */
export function readGenerations(folder: string): Generation[] {
  const names = readdirSync(folder).filter((name) => /^\d{8}T\d{9}Z-[0-9a-f]{4}$/.test(name));
  const settings = [...storeKeySettings, ...ticketKeySettings];
  return names
    .sort()
    .reverse()
    .map((name) => {
      const values = settings.map((setting) => [
        setting,
        readFileSync(join(folder, name, setting), 'utf8').trim(),
      ]);
      return { name, keys: Object.fromEntries(values) as KeySet };
    });
}

/** Object stores elsewhere at which `npm run provision` has made the users of these keys. */
export function provisionedEndpoints(folder: string): string[] {
  const file = join(folder, 'endpoints.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

export function rememberEndpoint(folder: string, endpoint: string): void {
  const known = new Set([...provisionedEndpoints(folder), endpoint]);
  writeFileSync(join(folder, 'endpoints.json'), `${JSON.stringify([...known])}\n`, { mode: 0o600 });
}
