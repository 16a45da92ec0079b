// The photos of one person on their way up: chosen in any tab, sent by one of them, three at a time.
import {
  TrackunitError,
  UnauthorizedError,
  type Progress,
  type TrackunitClient,
} from '../../sdk/index.ts';
import { leadAlone, openChannel } from '../tabs/leader.ts';
import { createValue, type Value } from '../tabs/value.ts';
import { readChosenFile } from './read-photo.ts';
import type { PhotoStore, QueuedPhoto } from './photo-store.ts';

/** A photo and how it stands at this moment. */
export interface QueueRow extends QueuedPhoto {
  /** Absent unless its bytes are on their way. */
  readonly sentBytes?: number | undefined;
}

export interface UploadQueue {
  readonly rows: Value<readonly QueueRow[]>;
  /** Files that are being read. */
  readonly reading: Value<number>;
  /** Whether photos outlive a reload. */
  readonly persistent: boolean;
  add(files: readonly File[], options: { smaller: boolean }): Promise<void>;
  tryAgain(id: string): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

const sentAtOnce = 3;
const shownForMs = 24 * 60 * 60 * 1_000;

type Message =
  { readonly changed: true } | { readonly id: string; readonly sentBytes: number | undefined };

/** @param signal aborted when the person signs out: nothing of theirs is sent any more. */
export function openUploadQueue(deps: {
  store: PhotoStore;
  client: TrackunitClient;
  owner: string;
  signal: AbortSignal;
}): UploadQueue {
  const { store, client, owner, signal } = deps;
  const rows = createValue<readonly QueueRow[]>([]);
  const reading = createValue(0);
  const channel = openChannel<Message>(`trackunit-queue ${owner}`, signal);
  const sent = new Map<string, number>();

  /** Refusals that the store did not take either: shown until this tab closes. */
  const unstored = new Map<string, QueuedPhoto>();

  let stored: readonly QueuedPhoto[] = [];
  const read = async () => {
    try {
      stored = await store.all(owner);
    } finally {
      const photos = [...stored, ...unstored.values()];
      photos.sort((a, b) => b.addedAt - a.addedAt || (a.id < b.id ? 1 : -1));
      rows.set(photos.map((photo) => ({ ...photo, sentBytes: sent.get(photo.id) })));
    }
  };
  let refreshing = Promise.resolve();
  /** One after another: what was read later is shown later. */
  const refresh = (): Promise<void> => {
    const turn = refreshing.then(read);
    refreshing = turn.catch((error: unknown) => console.error(error)); // the next one reads again
    return turn;
  };
  const changed = () => channel.send({ changed: true });
  channel.listen((message) => {
    if ('changed' in message) {
      refresh().catch(() => undefined); // logged above
      return;
    }
    const { id, sentBytes } = message;
    if (sentBytes === undefined) sent.delete(id);
    else sent.set(id, sentBytes);
    rows.set(rows.get().map((row) => (row.id === id ? { ...row, sentBytes } : row)));
  });

  async function sendOne({ id, name, upload: resume }: QueuedPhoto, stop: AbortSignal) {
    const bytes = await store.bytesOf(id);
    if (bytes === undefined || bytes.byteLength === 0) {
      await refuse(id, { code: 'BYTES_GONE', remedy: 'Choose the photo again.', retryable: false });
      return;
    }
    try {
      const { correlationId } = await client.upload(new Uint8Array(bytes), {
        filename: name,
        resume,
        async onOpened(upload) {
          await store.update(id, { upload });
        },
        onProgress: ({ sentBytes }: Progress) => channel.send({ id, sentBytes }),
        retryForMs: Infinity,
        signal: stop,
      });
      await store.update(id, { state: 'accepted', correlationId, upload: undefined });
      await store.dropBytes(id);
    } catch (error) {
      // Signed out, or their login ended: it waits for them.
      if (stop.aborted || (error instanceof UnauthorizedError && error.status === 401)) throw error;
      if (!(error instanceof TrackunitError)) throw error;
      await refuse(id, { code: error.code, remedy: error.remedy, retryable: true });
    } finally {
      channel.send({ id, sentBytes: undefined });
    }
  }

  async function refuse(id: string, refusal: QueuedPhoto['refusal']) {
    await store.update(id, { state: 'refused', refusal, upload: undefined });
  }

  /** Until the signal: whatever waits, oldest first; one that is removed is stopped. */
  async function sendAll(stop: AbortSignal): Promise<void> {
    const underWay = new Map<string, AbortController>();
    const failed = new AbortController();
    const until = AbortSignal.any([stop, failed.signal]);

    const begin = (photo: QueuedPhoto) => {
      const removed = new AbortController();
      underWay.set(photo.id, removed);
      void sendOne(photo, AbortSignal.any([until, removed.signal]))
        .catch((error: unknown) => {
          if (!removed.signal.aborted) failed.abort(error);
        })
        .then(refresh)
        .catch((error: unknown) => failed.abort(error))
        .finally(() => {
          underWay.delete(photo.id);
          if (!until.aborted) changed();
        });
    };
    const fill = () => {
      const here = new Map(rows.get().map((row) => [row.id, row]));
      for (const [id, removed] of underWay) if (!here.has(id)) removed.abort(new Error('removed'));
      for (const row of [...here.values()].reverse())
        if (row.state === 'waiting' && !underWay.has(row.id) && underWay.size < sentAtOnce)
          begin(row);
    };

    await refresh();
    stop.throwIfAborted(); // a listener added from here on would never hear of it
    const stopWatching = rows.subscribe(fill);
    fill();
    await new Promise((resolve) => until.addEventListener('abort', resolve));
    stopWatching();
    if (!stop.aborted) throw failed.signal.reason;
  }

  // A tab whose photos wait in its own memory sends them itself.
  const lock = store.persistent
    ? `trackunit-uploads ${owner}`
    : `trackunit-uploads ${crypto.randomUUID()}`;
  void refresh()
    .then(() => forgetOld())
    .catch((error: unknown) => console.error(error)) // sending tries the store again
    .then(() => leadAlone(lock, signal, sendAll));

  async function forgetOld() {
    const old = rows
      .get()
      .filter(({ state, addedAt }) => state !== 'waiting' && Date.now() - addedAt > shownForMs);
    if (old.length > 0) await store.remove(old.map(({ id }) => id));
  }

  /** @param choice those that were chosen with it; grows by it. */
  async function addOne(file: File, options: { smaller: boolean }, choice: Set<string>) {
    const { photo, bytes } = await readChosenFile(file, options);
    const row = { ...photo, id: crypto.randomUUID(), owner, addedAt: Date.now() };
    choice.add(row.id);
    try {
      if (photo.refusal) {
        await store.add({ ...row, state: 'refused' }, undefined);
        return;
      }
      // What was accepted before may have failed or been deleted since: the service knows, and asks nothing twice.
      const first = (await store.all(owner)).find(
        ({ id, checksum, state }) =>
          checksum === photo.checksum &&
          (state === 'waiting' || (state === 'accepted' && choice.has(id))),
      );
      if (first) await store.add({ ...row, state: 'duplicate', first: first.id }, undefined);
      else await store.add({ ...row, state: 'waiting' }, bytes);
    } catch (error) {
      console.error(error);
      await addRefused(row, error);
    }
  }

  async function addRefused(row: Omit<QueuedPhoto, 'state'>, cause: unknown): Promise<void> {
    const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
    const refusal = row.refusal ?? {
      code: isFull ? 'STORAGE_FULL' : 'STORAGE_FAILED',
      remedy: 'Remove finished photos, then choose it again.',
      retryable: false,
    };
    const refused = { ...row, thumbnail: undefined, state: 'refused', refusal } as const;
    try {
      await store.add(refused, undefined);
    } catch (error) {
      console.error(error);
      unstored.set(row.id, refused);
    }
  }

  return {
    rows,
    reading,
    persistent: store.persistent,
    async add(files, options) {
      reading.set(reading.get() + files.length);
      const choice = new Set<string>();
      for (const file of files) {
        await addOne(file, options, choice)
          .catch((error: unknown) => console.error(error)) // the others are read all the same
          .finally(() => reading.set(reading.get() - 1));
        changed();
      }
    },
    async tryAgain(id) {
      await store.update(id, { state: 'waiting', refusal: undefined });
      changed();
    },
    async remove(ids) {
      for (const id of ids) unstored.delete(id);
      await store.remove(ids);
      changed();
    },
  };
}
