import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { registerCodecs } from './compression.ts';
import { guardBatches, undecodableHeader } from './guard-batches.ts';

beforeAll(() => {
  registerCodecs();
  guardBatches();
});

const require = createRequire(import.meta.url);
const protocol = 'kafkajs/src/protocol';
const Decoder = require(`${protocol}/decoder.js`) as new (bytes: Buffer) => object;
const crc32C = require(`${protocol}/recordBatch/crc32C/index.js`) as (bytes: Buffer) => number;
const encodeRecord = require(`${protocol}/recordBatch/record/v0/index.js`) as (record: {
  offsetDelta: number;
  value: Buffer;
  headers?: Record<string, string | string[]>;
}) => { readonly buffer: Buffer };

const records = ['one', 'two'].map(
  (text, offsetDelta) => encodeRecord({ offsetDelta, value: Buffer.from(text) }).buffer,
);

/** A batch of Kafka's message format 2, its checksum right whatever else is wrong. */
function batchOf(
  first: number,
  { body = Buffer.concat(records), codec = 0, count = 2, lastOffsetDelta = 1 } = {},
): Buffer {
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(first), 0);
  header.writeInt32BE(61 - 12 + body.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(codec, 21);
  header.writeInt32BE(lastOffsetDelta, 23);
  header.writeInt32BE(count, 57);
  const batch = Buffer.concat([header, body]);
  batch.writeUInt32BE(crc32C(batch.subarray(21)), 17);
  return batch;
}

/** Offset and text, or why there is none, of what kafkajs reads of a broker's answer. */
async function read(...batches: readonly Buffer[]): Promise<string[]> {
  const decode = require(`${protocol}/requests/fetch/v4/decodeMessages.js`) as (
    from: object,
  ) => Promise<{ offset: string; value: Buffer | null; headers: Record<string, Buffer> }[]>;
  const bytes = Buffer.concat(batches);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  const messages = await decode(new Decoder(Buffer.concat([length, bytes])));
  return messages.map(
    ({ offset, value, headers }) =>
      `${offset} ${(value ?? headers[undecodableHeader])?.toString() ?? 'nothing'}`,
  );
}

test('reads sound batches as they are, and leaves out one that the answer cuts off', async () => {
  const gzipped = batchOf(2, { body: gzipSync(Buffer.concat(records)), codec: 1 });
  const cut = batchOf(4).subarray(0, 65);
  expect(await read(batchOf(0), gzipped, cut)).toEqual(['0 one', '1 two', '2 one', '3 two']);
});

const flipped = batchOf(2);
flipped.writeUInt8(flipped.readUInt8(70) ^ 1, 70);
const noRecords = Buffer.from('no records, but as many bytes as two of them');
const withHeaders = (headers: Record<string, string | string[]>) =>
  batchOf(2, {
    body: Buffer.concat([
      encodeRecord({ offsetDelta: 0, value: Buffer.from('one'), headers }).buffer,
      encodeRecord({ offsetDelta: 1, value: Buffer.from('two') }).buffer,
    ]),
  });
const manyOfOneName = withHeaders({ a: Array.from({ length: 200_000 }, () => '') });
const manyNames = withHeaders(
  Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`h${index}`, ''])),
);
const lengthOf = (bytes: number[]) =>
  batchOf(2, { body: Buffer.concat([Buffer.from(bytes), Buffer.concat(records)]) });
const shifted = encodeRecord({ offsetDelta: 900, value: Buffer.from('two') }).buffer;

test.each([
  ['whose bytes were changed on their way', flipped, 'its checksum is wrong'],
  ['without records in its bytes', batchOf(2, { body: noRecords }), 'a length or count of'],
  [
    'that decompresses to bytes without records',
    batchOf(2, { body: gzipSync(noRecords), codec: 1 }),
    'a length or count of',
  ],
  [
    'that cannot be decompressed',
    batchOf(2, { body: noRecords, codec: 1 }),
    'not decompressed with gzip: incorrect header check',
  ],
  ['of a codec that Kafka does not know', batchOf(2, { body: noRecords, codec: 7 }), 'a length'],
  ['of two billion records', batchOf(2, { count: 2 ** 31 - 1 }), 'it claims 2147483647 records'],
  ['of -5 records', batchOf(2, { count: -5 }), 'it claims -5 records'],
  ['with a record longer than itself', lengthOf([0xfe, 0x0f]), 'a length or count of 1023'],
  ['with a record of negative length', lengthOf([0x05]), 'a length or count of -3'],
  ['with 200,000 headers of one name', manyOfOneName, 'a length or count of 200000, at most 1000'],
  ['with 50,000 headers', manyNames, 'a length or count of 50000, at most 1000'],
  [
    'with a record at an offset of others',
    batchOf(2, { body: Buffer.concat([records[0] ?? shifted, shifted]) }),
    'it has a record at offset 902, allowed are 2 to 3',
  ],
])('replaces the records of a batch %s by such that say why', async (_which, batch, fault) => {
  const reason = expect.stringContaining(`the batch of offsets 2 to 3 cannot be read: ${fault}`);
  const fetched = () => read(batchOf(0), batch, batchOf(4));
  expect(await fetched()).toEqual(['0 one', '1 two']); // kafkajs fetches the rest again
  const seen = await fetched();
  expect(seen).toEqual(['0 one', '1 two', reason, reason]); // and what follows is fetched again
  expect(seen.map((text) => text[0])).toEqual(['0', '1', '2', '3']);
});

test('reads a batch that could not be read once', async () => {
  const damaged = batchOf(6);
  damaged.writeUInt8(damaged.readUInt8(70) ^ 1, 70);
  expect(await read(damaged)).toEqual([]);
  expect(await read(batchOf(6))).toEqual(['6 one', '7 two']);
});

test('gives a second chance to a batch of another partition at the same offset', async () => {
  const of = (text: string) => batchOf(8, { body: Buffer.from(text) });
  expect(await read(of('neither this'))).toEqual([]);
  expect(await read(of('nor that'))).toEqual([]);
  expect(await read(of('neither this'))).toHaveLength(2);
});

test('remembers the last thousand batches that could not be read', async () => {
  const unreadable = (first: number) => batchOf(first, { body: noRecords });
  for (let first = 100; first <= 1_100; first++) await read(unreadable(first));
  expect(await read(unreadable(1_100))).toHaveLength(2);
  expect(await read(unreadable(100))).toEqual([]);
});

const wholeLength = batchOf(2).length - 12;

test.each([-2_147_483_648, -112, -13, -12, -1, 0, 40, 48, wholeLength + 1, 2_147_483_647])(
  'replaces the records of a batch with a length of %d',
  async (length) => {
    const batch = batchOf(2);
    batch.writeInt32BE(length, 8);
    batch.writeInt32BE(length, 17); // another batch for each length
    const reason = expect.stringContaining(
      `the batch of offsets 2 to 3 cannot be read: its length is ${length}, allowed are 49 to ${wholeLength}`,
    );
    expect(await read(batch)).toEqual([]);
    expect(await read(batch)).toEqual([reason, reason]);
  },
);

test('takes nothing for a batch that stands where a wrong length ends', async () => {
  const batch = batchOf(2, { body: Buffer.concat([...records, batchOf(9_000_000)]) });
  batch.writeInt32BE(batch.length - 12 - batchOf(0).length, 8);
  const reason = expect.stringContaining('its checksum is wrong');
  expect(await read(batch)).toEqual([]);
  expect(await read(batch)).toEqual([reason, reason]);
});

test('reads what stands before a batch of a wrong length', async () => {
  const batch = batchOf(2);
  batch.writeInt32BE(-100, 8);
  expect(await read(batchOf(0), batch)).toEqual(['0 one', '1 two']);
  expect(await read(batchOf(0), batch)).toHaveLength(4);
});

test('replaces the last thousand records of a larger batch', async () => {
  const batch = batchOf(0, { body: noRecords, lastOffsetDelta: 2 ** 30 });
  await read(batch);
  const offsets = (await read(batch)).map((text) => text.split(' ')[0]);
  expect(offsets).toHaveLength(1_000);
  expect(offsets.at(-1)).toBe(String(2 ** 30));
});
