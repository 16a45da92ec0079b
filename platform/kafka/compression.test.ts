import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { codecs, registerCodecs } from './compression.ts';

beforeAll(registerCodecs);

const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const records = Buffer.from('one record after the other, '.repeat(5_000));

function xerial(blocks: readonly Buffer[]): Buffer {
  const framed = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([Buffer.from('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01', 'latin1'), ...framed]);
}

const decompress = (type: kafkajs.CompressionTypes, bytes: Buffer) =>
  codecs[type]?.().decompress(bytes) ?? Promise.reject(new Error('no codec'));

const halves = [records.subarray(0, 70_000), records.subarray(70_000)];
const snappy = (bytes: Buffer) => compressSync(bytes);

test.each([
  ['gzip', GZIP, gzipSync(records)],
  ['zstd', ZSTD, zstdCompressSync(records)],
  ['LZ4 in a frame', LZ4, compressFrameSync(records)],
  [
    'LZ4 with checksums',
    LZ4,
    compressFrameSync(records, { contentChecksum: true, blockChecksums: true }),
  ],
  ['Snappy in one block', Snappy, snappy(records)],
  ['Snappy in blocks, as Java writes it', Snappy, xerial(halves.map(snappy))],
])('reads a batch compressed with %s', async (_codec, type, bytes) => {
  expect((await decompress(type, bytes)).equals(records)).toBe(true);
});

test.each([
  ['that is damaged (gzip)', GZIP, gzipSync(records).subarray(0, 50)],
  ['that is damaged (zstd)', ZSTD, Buffer.from('no frame')],
  ['that is damaged (LZ4)', LZ4, compressFrameSync(records).subarray(0, 30)],
  ['that is damaged (Snappy)', Snappy, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])],
  [
    'with a block length beyond its end (Snappy)',
    Snappy,
    xerial([snappy(records)]).subarray(0, 40),
  ],
  ['of 100 MB of zeros (zstd)', ZSTD, zstdCompressSync(Buffer.alloc(100 * 1024 * 1024))],
  ['of 100 MB of zeros (gzip)', GZIP, gzipSync(Buffer.alloc(100 * 1024 * 1024), { level: 1 })],
])('refuses a batch %s, naming its codec', async (_which, type, bytes) => {
  await expect(decompress(type, bytes)).rejects.toThrow(/^not decompressed with \w+: \w+/);
});
