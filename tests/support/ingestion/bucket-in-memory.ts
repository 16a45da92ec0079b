// A bucket as ingestion sees one, in memory, for tests of what ingestion decides; the real stores are asked in tests/integration/object-store.
import { createHash } from 'node:crypto';
import {
  ObjectChangedError,
  ObjectMissingError,
  type ObjectFacts,
  type StoredAs,
} from '../../../platform/object-store/object-store.ts';
import type { AcceptingStore } from '../../../services/ingestion/accept-image.ts';

interface Entry {
  readonly bytes: Buffer;
  readonly facts: ObjectFacts;
  readonly contentType?: string | undefined;
}

export interface BucketInMemory extends AcceptingStore {
  readonly objects: ReadonlyMap<string, Entry>;
  /** A PUT by whoever has a putUrl. `checksum`: as a store that compared one keeps it. */
  upload(
    key: string,
    bytes: Buffer,
    more?: Partial<Pick<ObjectFacts, 'checksum' | 'lastModified' | 'metadata'>>,
  ): void;
  /** Called before each call with its name; what it throws is the call's answer. */
  before: (call: keyof AcceptingStore, key: string) => void;
}

export function openBucketInMemory(): BucketInMemory {
  const objects = new Map<string, Entry>();
  const stored = (key: string): Entry => {
    const entry = objects.get(key);
    if (entry === undefined) throw new ObjectMissingError(`object not found: ${key}`);
    return entry;
  };
  const withEtag = (key: string, etag: string | undefined): Entry => {
    const entry = stored(key);
    if (etag !== undefined && entry.facts.etag !== etag)
      throw new ObjectChangedError(`object changed: ${key}`);
    return entry;
  };
  const put = (key: string, bytes: Buffer, more: Partial<ObjectFacts>, contentType?: string) => {
    const etag = createHash('md5').update(bytes).digest('hex');
    const lastModified = new Date();
    objects.set(key, {
      bytes,
      facts: { bytes: bytes.length, etag, lastModified, metadata: {}, ...more },
      contentType,
    });
  };
  const call = async <Answer>(
    name: keyof AcceptingStore,
    key: string,
    answer: () => Answer,
  ): Promise<Answer> => {
    await Promise.resolve();
    bucket.before(name, key);
    return answer();
  };
  const bucket: BucketInMemory = {
    objects,
    before: () => undefined,
    upload: (key, bytes, more = {}) => put(key, bytes, more),
    stat: (key) => call('stat', key, () => stored(key).facts),
    read: (key, { etag, firstBytes } = {}) =>
      call('read', key, () => {
        const { bytes, facts } = withEtag(key, etag);
        return { ...facts, chunks: chunksOf(bytes.subarray(0, firstBytes)) };
      }),
    copy: (from, to, { etag, ...as }) =>
      call('copy', to, () => {
        const { bytes, facts } = withEtag(from, etag);
        put(to, bytes, { ...factsOf(as), checksum: facts.checksum }, as.contentType);
      }),
    create: (key, bytes, as) =>
      call('create', key, () => {
        if (objects.has(key)) return false;
        put(key, bytes, factsOf(as), as.contentType);
        return true;
      }),
    remove: (key) => call('remove', key, () => void objects.delete(key)),
  };
  return bucket;
}

const factsOf = ({ metadata }: Pick<StoredAs, 'metadata'>) => ({ metadata });

async function* chunksOf(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 1_000)
    yield await Promise.resolve(bytes.subarray(at, at + 1_000));
}
