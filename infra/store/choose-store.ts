// VersityGW or MinIO? The one that was asked for, else the one that holds the stack's photos.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CannotDo } from '../cannot-do.ts';
import { givenEnvironment } from '../environment.ts';
import type { Stack } from '../stack.ts';
import {
  rememberedStore,
  rememberStore,
  storeNames,
  storeTitles,
  type StoreName,
} from './store-in-use.ts';
import type { Way } from '../compose/choose-way.ts';
import { hasVolume } from '../compose/in-containers.ts';

/**
 * The words of a command line, and the object store that it asks for.
 *
 * @throws {CannotDo} an option that there is not, or an unknown store.
 */
export function readStoreOption(args: readonly string[]): {
  words: string[];
  store: StoreName | undefined;
} {
  const { values, positionals } = parse(args);
  const store = storeNames.find((name) => name === values.store);
  if (values.store !== undefined && store === undefined)
    throw new CannotDo(`--store ${values.store} is unknown: ${storeNames.join(' or ')}.`);
  return { words: positionals, store };
}

function parse(args: readonly string[]) {
  try {
    const options = { store: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new CannotDo((error as Error).message, { cause: error });
  }
}

/** Remembers the choice, so that the next start keeps the store that holds the photos. */
export async function chooseStore(
  stack: Stack,
  way: Way,
  wish: StoreName | undefined,
  say: (line: string) => void,
): Promise<void> {
  if (givenEnvironment(stack)['S3_ENDPOINT'] !== undefined) return; // it runs elsewhere
  const remembered = rememberedStore(stack, way);
  const before = remembered ?? ((await holdsMinio(stack, way)) ? 'minio' : undefined);
  const store = wish ?? before ?? storeNames[0];
  if (before !== undefined && store !== before)
    say(
      `Object store: ${storeTitles[store]}, from now on. The photos in ${storeTitles[before]} stay there: ` +
        `analyses that still need them end as OBJECT_MISSING. Back: \`npm start -- --store ${before}\`.`,
    );
  else if (store === 'minio' && remembered === undefined && wish === undefined)
    say(
      'Object store: MinIO, because the photos of earlier starts lie there; ' +
        '`npm run infra -- store move` copies them to VersityGW, the default.',
    );
  else if (store === 'minio') say('Object store: MinIO.');
  rememberStore(stack, way, store);
}

/** Also data of an earlier version, which knew no other store. */
export const holdsMinio = (stack: Stack, way: Way) =>
  way === 'native' ? existsSync(join(stack.folder, 'minio')) : hasVolume(stack, 'minio');
