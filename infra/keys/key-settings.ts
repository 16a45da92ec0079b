// The keys that processes of ours hold: one of the object store for each right, and the key that
// signs upload tickets. Where each lies, and the settings by which a process finds it.
import { join } from 'node:path';
import { storeRights, type StoreRightName } from '../../contracts/objects.ts';

export const rightNames = Object.keys(storeRights) as StoreRightName[];

/** The settings that hold the two halves of the key of one right. */
export const keySettings = <Right extends StoreRightName>(right: Right) => {
  const name = right.toUpperCase() as Uppercase<Right>;
  return [`S3_${name}_ACCESS_KEY`, `S3_${name}_SECRET_KEY`] as const;
};

export const storeKeySettings = rightNames.flatMap((right) => keySettings(right));
export const allKeySettings = [...storeKeySettings, 'TICKET_KEY', 'TICKET_KEY_PREVIOUS'] as const;

/** Files of a generation are named after the setting that they hold. */
export type KeySetting = (typeof allKeySettings)[number];

export const isKeySetting = (name: string): name is KeySetting =>
  allKeySettings.some((known) => known === name);

export const keysFolder = (stack: { readonly folder: string }) => join(stack.folder, 'keys');

/** The link to the generation that processes read. */
export const currentLink = (folder: string) => join(folder, 'current');

/** Where a process finds a key, whichever generation is current. */
export const keyFile = (folder: string, setting: KeySetting) => join(currentLink(folder), setting);
