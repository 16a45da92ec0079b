// Copies of a photo are sent and paid for once; each file gets the result.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Outcome } from './outcome.ts';

/** @returns the outcome of `analyze`, or that of an earlier photo with the same bytes. */
export type AnalyzeOnce = (
  bytes: Uint8Array,
  photo: string,
  analyze: () => Promise<Outcome>,
) => Promise<Outcome>;

const remembered = 10_000; // photos; a watched folder may run for months

export function createAnalyzeOnce(): AnalyzeOnce {
  const known = new LRUCache<string, { photo: string; outcome: Promise<Outcome> }>({
    max: remembered,
  });
  return async (bytes, photo, analyze) => {
    const key = createHash('sha256').update(bytes).digest('base64');
    const twin = known.get(key);
    const found = await twin?.outcome;
    if (found?.success) return { ...found, photo, sameAs: twin?.photo };
    const outcome = analyze();
    known.set(key, { photo, outcome });
    const result = await outcome;
    if (!result.success) known.delete(key); // another try may end better
    return result;
  };
}
