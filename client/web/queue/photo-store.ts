// Where photos wait: the database of this browser, or the memory of this tab where there is none.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { StartUploadPayload } from '../../sdk/index.ts';

/** One chosen photo. Its bytes lie apart, so that the list can be read without them. */
export interface QueuedPhoto {
  readonly id: string;
  /** It never goes up as somebody else. */
  readonly owner: string;
  readonly name: string;
  readonly bytes: number;
  readonly addedAt: number;
  /** `sha256:...`; absent where the file could not be read. */
  readonly checksum?: string | undefined;
  /** A small JPEG. */
  readonly thumbnail?: ArrayBuffer | undefined;
  readonly state: 'waiting' | 'accepted' | 'refused' | 'duplicate';
  /** While it is under way: goes on after a reload. */
  readonly upload?: StartUploadPayload | undefined;
  /** Once it is accepted; of a duplicate, that of the first. */
  readonly correlationId?: string | undefined;
  /** Of a duplicate: the photo that it repeats. */
  readonly first?: string | undefined;
  readonly refusal?: Refusal | undefined;
}

export interface Refusal {
  readonly code: string;
  readonly remedy: string;
  /** Whether the same photo may go up when it is tried again. */
  readonly retryable: boolean;
}

export interface PhotoStore {
  /** Whether it outlives a reload. */
  readonly persistent: boolean;
  all(owner: string): Promise<QueuedPhoto[]>;
  /** Both or neither. @throws {DOMException} QuotaExceededError */
  add(photo: QueuedPhoto, bytes: ArrayBuffer | undefined): Promise<void>;
  bytesOf(id: string): Promise<ArrayBuffer | undefined>;
  /** Changes what is there; nothing where it was removed meanwhile. */
  update(id: string, change: Partial<QueuedPhoto>): Promise<QueuedPhoto | undefined>;
  dropBytes(id: string): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

interface Schema extends DBSchema {
  photos: { key: string; value: QueuedPhoto; indexes: { owner: string } };
  bytes: { key: string; value: ArrayBuffer };
}

/** Private windows refuse a database. */
export async function openPhotoStore(): Promise<PhotoStore> {
  try {
    const database = await openDB<Schema>('trackunit-queue', 1, {
      upgrade(created) {
        created.createObjectStore('photos', { keyPath: 'id' }).createIndex('owner', 'owner');
        created.createObjectStore('bytes');
      },
    });
    return inDatabase(database);
  } catch (error) {
    console.warn('photos wait in memory: this browser gives no database', error);
    return inMemory();
  }
}

const both = ['photos', 'bytes'] as const;

function inDatabase(database: IDBPDatabase<Schema>): PhotoStore {
  return {
    persistent: true,
    all: (owner) => database.getAllFromIndex('photos', 'owner', owner),
    async add(photo, bytes) {
      const transaction = database.transaction(both, 'readwrite');
      const puts = [transaction.objectStore('photos').put(photo)];
      if (bytes) puts.push(transaction.objectStore('bytes').put(bytes, photo.id));
      await Promise.all([...puts, transaction.done]);
    },
    bytesOf: (id) => database.get('bytes', id),
    async update(id, change) {
      const transaction = database.transaction('photos', 'readwrite');
      const photo = await transaction.store.get(id);
      const changed = photo && { ...photo, ...change };
      if (changed) await transaction.store.put(changed);
      await transaction.done;
      return changed;
    },
    dropBytes: (id) => database.delete('bytes', id),
    async remove(ids) {
      const transaction = database.transaction(both, 'readwrite');
      for (const id of ids) for (const name of both) void transaction.objectStore(name).delete(id);
      await transaction.done;
    },
  };
}

export function inMemory(): PhotoStore {
  const photos = new Map<string, QueuedPhoto>();
  const kept = new Map<string, ArrayBuffer>();
  return {
    persistent: false,
    all: (owner) => Promise.resolve([...photos.values()].filter((one) => one.owner === owner)),
    add(photo, bytes) {
      photos.set(photo.id, photo);
      if (bytes) kept.set(photo.id, bytes);
      return Promise.resolve();
    },
    bytesOf: (id) => Promise.resolve(kept.get(id)),
    update(id, change) {
      const photo = photos.get(id);
      const changed = photo && { ...photo, ...change };
      if (changed) photos.set(id, changed);
      return Promise.resolve(changed);
    },
    dropBytes(id) {
      kept.delete(id);
      return Promise.resolve();
    },
    remove(ids) {
      for (const id of ids) {
        photos.delete(id);
        kept.delete(id);
      }
      return Promise.resolve();
    },
  };
}
