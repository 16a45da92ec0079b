// A small picture of each photo, stored beside it for lists and pages. Nobody waits for it, and a result
// never fails by it.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Counter } from 'prom-client';
import pLimit from 'p-limit';
import { putPreviewUrlAnswerSchema } from '../../../contracts/rest.ts';
import type { RestClient } from '../../../platform/http/rest-client.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Decoder } from './decoder.ts';
import type { NormalisedImage } from './normalise-image.ts';

const urlDeadlineMs = 3_000;
const putDeadlineMs = 10_000;
const atOnce = 2;
/** Normalised photos kept in memory until it is their turn, about 1 MB each. */
const waiting = 16;
const remembered = 1_000;

interface PhotoName {
  readonly correlationId: string;
  readonly objectKey: string;
}

export interface Previews {
  /** Begins and returns; the end is counted, a failure logged. One that is there is left as it is. */
  store(order: PhotoName, image: NormalisedImage): void;
  /** Resolves when none is in hand. */
  drain(): Promise<void>;
}

export function createPreviews(deps: {
  mediaAccess: RestClient;
  decoder: Pick<Decoder, 'preview'>;
  logger: Logger;
  /** Label `outcome`: `stored`, `there`, `skipped` (too many at once) or `failed`. */
  previews: Pick<Counter, 'inc'>;
}): Previews {
  const { mediaAccess, decoder, logger, previews } = deps;
  const stored = new LRUCache<string, true>({ max: remembered });
  const limit = pLimit(atOnce);
  const inHand = new Set<Promise<void>>();

  async function makeAndPut(objectKey: string, image: NormalisedImage) {
    const jpeg = await decoder.preview(image);
    const { url, headers } = await mediaAccess.call({
      method: 'POST',
      path: '/internal/v0/media/put-preview-url',
      body: {
        objectKey,
        bytes: jpeg.length,
        checksum: `sha256:${createHash('sha256').update(jpeg).digest('hex')}`,
      },
      answer: putPreviewUrlAnswerSchema,
      timeoutMs: urlDeadlineMs,
    });
    const answer = await fetch(url, {
      ...{ method: 'PUT', headers, body: new Uint8Array(jpeg), redirect: 'error' },
      signal: AbortSignal.timeout(putDeadlineMs),
    });
    await answer.body?.cancel();
    if (answer.ok) return 'stored';
    if (answer.status === 412) return 'there';
    throw new Error(`the object store answered ${answer.status} to the PUT of a preview`);
  }

  async function store(
    { correlationId, objectKey }: PhotoName,
    image: NormalisedImage,
  ): Promise<void> {
    try {
      const outcome = await limit(() => makeAndPut(objectKey, image));
      stored.set(objectKey, true);
      previews.inc({ outcome });
    } catch (error) {
      previews.inc({ outcome: 'failed' });
      logger.warn({ err: error, correlationId }, 'preview not stored: the photo is shown without');
    }
  }

  return {
    store(order, image) {
      if (stored.has(order.objectKey)) return;
      if (inHand.size >= waiting) {
        previews.inc({ outcome: 'skipped' });
        return;
      }
      const storing = store(order, image).finally(() => inHand.delete(storing));
      inHand.add(storing);
    },
    drain: async () => {
      await Promise.all(inHand);
    },
  };
}
