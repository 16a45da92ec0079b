// Copies a bucket into another store, byte for byte, and compares the copies. Repeatable: an object that
// is already there is compared and not sent again.
import { isDeepStrictEqual } from 'node:util';
import pLimit from 'p-limit';
import type { S3Settings } from './s3-client.ts';
import {
  openWholeBucket,
  type Description,
  type Listed,
  type WholeBucket,
} from './whole-bucket.ts';

export interface CopyProgress {
  /** Compared and found equal in both stores. */
  readonly objects: number;
  readonly bytes: number;
  /** All that the source has. */
  readonly ofObjects: number;
  readonly ofBytes: number;
}

/** An object that the target refuses, with the code of that store. */
export interface RefusedObject {
  readonly key: string;
  readonly code: string;
}

export interface CopyOutcome extends CopyProgress {
  /** The others were there already. */
  readonly sent: number;
  readonly refused: readonly RefusedObject[];
}

const concurrency = 4;

/**
 * Key, bytes, content type and user metadata of each object. Both stores are asked over http, and
 * nobody else may write meanwhile.
 *
 * @param options.pageSize at most 1,000; that many keys are held at once.
 * @throws ObjectStoreUnavailableError of either store: repeat it.
 */
export async function copyObjects(
  from: Omit<S3Settings, 'limits'>,
  to: Omit<S3Settings, 'limits'>,
  options: { onProgress?: (progress: CopyProgress) => void; pageSize?: number } = {},
): Promise<CopyOutcome> {
  const { onProgress = () => undefined, pageSize = 1_000 } = options;
  const source = openWholeBucket(from, pageSize);
  const target = openWholeBucket(to, pageSize);
  try {
    let [ofObjects, ofBytes] = [0, 0];
    for await (const page of source.list()) {
      ofObjects += page.length;
      for (const { bytes } of page) ofBytes += bytes;
    }
    let [objects, bytes, sent] = [0, 0, 0];
    const refused: RefusedObject[] = [];
    const copy = async ({ key }: Listed) => {
      const wanted = await source.describe(key);
      if (wanted === undefined)
        throw new Error(`object deleted from the source during the copy, repeat it: ${key}`);
      const outcome = await copyObject(source, target, key, wanted);
      if (typeof outcome === 'object') refused.push(outcome);
      else {
        objects += 1;
        bytes += wanted.bytes;
        if (outcome === 'sent') sent += 1;
      }
      onProgress({ objects, bytes, ofObjects, ofBytes });
    };
    for await (const page of source.list()) await pLimit(concurrency).map(page, copy);
    if (objects + refused.length !== ofObjects)
      throw new Error(
        `the source changed during the copy, repeat it: ${ofObjects} objects listed first, then ${objects + refused.length}`,
      );
    return { objects, bytes, ofObjects, ofBytes, sent, refused };
  } finally {
    source.close();
    target.close();
  }
}

async function copyObject(
  source: WholeBucket,
  target: WholeBucket,
  key: string,
  wanted: Description,
): Promise<'sent' | 'unchanged' | RefusedObject> {
  const checksum = await source.hash(key);
  const isEqual = async () =>
    isDeepStrictEqual(await target.describe(key), wanted) && (await target.hash(key)) === checksum;
  if (await isEqual()) return 'unchanged';
  const code = await target.put(key, wanted, checksum, await source.get(key));
  if (code !== undefined) return { key, code };
  return (await isEqual()) ? 'sent' : { key, code: 'DiffersFromSource' };
}
