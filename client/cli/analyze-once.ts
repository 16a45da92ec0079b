// Copies of a photo are sent and paid for once; each file gets the result.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FailureCode } from '../../contracts/schema.generated.ts';
import type { Outcome } from './outcome.ts';

/** @returns the outcome of `analyze`, or that of an earlier photo with the same bytes. */
export type AnalyzeOnce = (
  bytes: Uint8Array,
  photo: string,
  analyze: () => Promise<Outcome>,
) => Promise<Outcome>;

/** Every copy ends with them; after any other failure another try may end better. */
const codesOfInvalidBytes: ReadonlySet<string> = new Set<FailureCode>([
  'IMAGE_TOO_LARGE',
  'IMAGE_UNREADABLE',
  'IMAGE_UNSUPPORTED',
]);

const remembered = 10_000; // photos; a watched folder may run for months

export function createAnalyzeOnce(): AnalyzeOnce {
  const known = new LRUCache<string, { photo: string; outcome: Promise<Outcome> }>({
    max: remembered,
  });
  return async (bytes, photo, analyze) => {
    const key = createHash('sha256').update(bytes).digest('base64');
    for (let duplicate = known.get(key); duplicate !== undefined; duplicate = known.get(key)) {
      const found = await duplicate.outcome;
      if (found.success || codesOfInvalidBytes.has(found.failure.code))
        return { ...found, photo, sameAs: duplicate.photo };
      if (known.get(key) === duplicate) known.delete(key); // the next one tries it, the others wait for that
    }
    const outcome = analyze();
    known.set(key, { photo, outcome });
    return outcome;
  };
}
