// VersityGW or MinIO? The one that was asked for, else the one that holds the stack's photos.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { givenEnvironment } from '../stack/environment.ts';
import type { Stack, Runtime } from '../stack/stack.ts';
import {
  rememberedStore,
  rememberStore,
  storeNames,
  storeTitles,
  type StoreName,
} from '../stack/store-in-use.ts';
import { hasVolume } from '../compose/compose.ts';

/** Remembers the choice, so that the next start keeps the store that holds the photos. */
export async function chooseStore(
  stack: Stack,
  runtime: Runtime,
  requested: StoreName | undefined,
  log: (line: string) => void,
): Promise<void> {
  if (givenEnvironment(stack)['S3_ENDPOINT'] !== undefined) return; // it runs elsewhere
  const remembered = rememberedStore(stack, runtime);
  const before = remembered ?? ((await holdsMinio(stack, runtime)) ? 'minio' : undefined);
  const store = requested ?? before ?? storeNames[0];
  if (before !== undefined && store !== before)
    log(
      `Object store: ${storeTitles[store]}, from now on. The photos in ${storeTitles[before]} stay there: ` +
        `analyses that still need them end as OBJECT_MISSING. Back: \`npm start -- --store ${before}\`.`,
    );
  else if (store === 'minio' && remembered === undefined && requested === undefined)
    log(
      'Object store: MinIO, because the photos of earlier starts lie there; ' +
        '`npm run infra -- store move` copies them to VersityGW, the default.',
    );
  else if (store === 'minio') log('Object store: MinIO.');
  rememberStore(stack, runtime, store);
}

/** Also data of an earlier version, which knew no other store. */
export const holdsMinio = (stack: Stack, runtime: Runtime) =>
  runtime === 'native' ? existsSync(join(stack.folder, 'minio')) : hasVolume(stack, 'minio');
