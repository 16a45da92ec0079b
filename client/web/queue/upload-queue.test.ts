import { createHash } from 'node:crypto';
import { afterEach, expect, jest, test } from '@jest/globals';
import { createTrackunitClient } from '../../sdk/index.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { inMemory, type PhotoStore, type QueuedPhoto } from './photo-store.ts';
import { openUploadQueue } from './upload-queue.ts';

let over = new AbortController();
afterEach(() => {
  over.abort(new Error('the test is over'));
  jest.restoreAllMocks();
});

function open(store: PhotoStore) {
  over = new AbortController();
  jest.spyOn(console, 'error').mockReturnValue(); // faults of the store are logged
  const client = createTrackunitClient({
    url: 'http://localhost/graphql',
    token: () => Promise.resolve('token'),
    fetch: () => new Promise(() => undefined), // what waits to be sent goes on waiting
  });
  return openUploadQueue({ store, client, owner: 'owner', signal: over.signal });
}

const photo = (name: string, more = name) =>
  new File([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), more], name);
const heic = () =>
  new File([Uint8Array.of(0, 0, 0, 16), 'ftypheic', Uint8Array.of(0, 0, 0, 0)], 'a.heic');

const statesOf = (rows: readonly QueuedPhoto[]) =>
  Object.fromEntries(rows.map(({ name, state, refusal }) => [name, refusal?.code ?? state]));

test('sends a photo again that was accepted before, and only once of one choice', async () => {
  const bytes = Buffer.from(await photo('again.jpg').arrayBuffer());
  const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const store = inMemory();
  const common = { owner: 'owner', name: 'before.jpg', bytes: bytes.length, addedAt: Date.now() };
  await store.add({ ...common, id: 'before', state: 'accepted', checksum }, undefined);
  const queue = open(store);
  await queue.add([photo('again.jpg'), photo('twice.jpg', 'again.jpg')], { smaller: false });
  await eventually(() =>
    expect(statesOf(queue.rows.get())).toEqual({
      'before.jpg': 'accepted',
      'again.jpg': 'waiting',
      'twice.jpg': 'duplicate',
    }),
  );
});

test('shows a refusal also where the store takes nothing at all, and reads the other files', async () => {
  const store = inMemory();
  const full = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
  const queue = open({ ...store, add: full });
  await queue.add([photo('a.jpg'), photo('b.jpg')], { smaller: false });
  expect(queue.reading.get()).toBe(0);
  await eventually(() =>
    expect(statesOf(queue.rows.get())).toEqual({
      'a.jpg': 'STORAGE_FULL',
      'b.jpg': 'STORAGE_FULL',
    }),
  );
  await queue.remove(queue.rows.get().map(({ id }) => id));
  await eventually(() => expect(queue.rows.get()).toEqual([]));
});

test('shows what comes after the store could not be read once', async () => {
  const store = inMemory();
  let reads = 0;
  const queue = open({
    ...store,
    all: (owner) => {
      reads += 1;
      return reads === 1 ? Promise.reject(new Error('closed')) : store.all(owner);
    },
  });
  await queue.add([photo('a.jpg')], { smaller: false });
  await eventually(() => expect(statesOf(queue.rows.get())).toEqual({ 'a.jpg': 'waiting' }));
});

test('takes a HEIC as it is where the browser cannot show it', async () => {
  const store = inMemory();
  const queue = open(store);
  const file = heic();
  await queue.add([file], { smaller: true });
  await eventually(() => expect(statesOf(queue.rows.get())).toEqual({ 'a.heic': 'waiting' }));
  const bytes = (await store.bytesOf(queue.rows.get()[0]?.id ?? '')) ?? new ArrayBuffer();
  expect(Buffer.from(bytes)).toEqual(Buffer.from(await file.arrayBuffer()));
});

test('refuses a film by its size without reading it', async () => {
  const queue = open(inMemory());
  const film = photo('film.mov');
  Object.defineProperty(film, 'size', { value: 2 * 1024 ** 3 });
  const read = jest.spyOn(film, 'arrayBuffer');
  for (const smaller of [false, true]) await queue.add([film], { smaller });
  await eventually(() =>
    expect(queue.rows.get().map(({ refusal }) => refusal?.code)).toEqual([
      'PHOTO_TOO_LARGE',
      'PHOTO_TOO_LARGE',
    ]),
  );
  expect(read).not.toHaveBeenCalled();
});
