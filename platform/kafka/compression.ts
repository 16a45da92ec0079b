// The codecs that kafkajs lacks. A broker or a tool may recompress our records with any that Kafka knows.
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { decompressFrame as lz4Decompress } from 'lz4-napi';
import { uncompress as snappyDecompress } from 'snappy';

/** kafkajs's own writer of one record; it is not exported, and the version is locked. */
const encodeRecord = createRequire(import.meta.url)(
  'kafkajs/src/protocol/recordBatch/record/v0/index.js',
) as (record: {
  offsetDelta: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
}) => { readonly buffer: Buffer };

type Decompress = (bytes: Buffer) => Promise<Buffer>;

/** A record that stands for one that cannot be read has no value, and why in this header. */
export const undecodableHeader = 'undecodable';

/** A batch has at most 1 MiB on its way; LZ4 and Snappy cannot make more than 255 MiB of it, these two can. */
const maxOutputLength = 64 * 1024 * 1024;
const gunzipWithin = promisify(gunzip);
const zstdWithin = promisify(zstdDecompress);

const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const decompressors: readonly (readonly [string, kafkajs.CompressionTypes, Decompress])[] = [
  ['gzip', GZIP, (bytes) => gunzipWithin(bytes, { maxOutputLength })],
  ['Snappy', Snappy, decompressSnappy],
  ['LZ4', LZ4, lz4Decompress],
  ['zstd', ZSTD, (bytes) => zstdWithin(bytes, { maxOutputLength })],
];

interface Codec {
  compress(records: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** kafkajs's table, by the number that a batch names its codec with. */
export const codecs = kafkajs.CompressionCodecs as Record<number, () => Codec>;

/** Teaches kafkajs, once for the whole process, to read every codec of Kafka. It writes none of ours. */
export function registerCodecs(): void {
  for (const [name, type, decompress] of decompressors)
    codecs[type] = () => ({
      compress: () => Promise.reject(new Error(`records are not sent compressed with ${name}`)),
      decompress: (bytes) => decompressOrReplace(name, decompress, bytes),
    });
}

/** Thrown on, the error would end the consumer again and again at the same batch, and hold up all behind it. */
async function decompressOrReplace(
  name: string,
  decompress: Decompress,
  bytes: Buffer,
): Promise<Buffer> {
  try {
    return await decompress(bytes);
  } catch (error) {
    const reason = `the batch cannot be decompressed with ${name}: ${(error as Error).message}`;
    const records = Array.from({ length: recordCountBefore(bytes) }, (_, offsetDelta) =>
      encodeRecord({
        offsetDelta,
        key: null,
        value: null,
        headers: { [undecodableHeader]: reason },
      }),
    );
    return Buffer.concat(records.map(({ buffer }) => buffer));
  }
}

/** kafkajs gives a codec a view of the batch; the number of its records stands in the four bytes before. */
function recordCountBefore(bytes: Buffer): number {
  return new DataView(bytes.buffer, bytes.byteOffset - 4, 4).getInt32(0);
}

const xerialMagic = Buffer.from([0x82, ...Buffer.from('SNAPPY\0')]);
const xerialHeaderBytes = xerialMagic.length + 8; // two versions behind it

/** As Java writes it, in blocks behind a header (xerial's snappy-java), or one block alone (librdkafka). */
async function decompressSnappy(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return decompressBlock(bytes);
  const blocks: Buffer[] = [];
  for (let at = xerialHeaderBytes; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    blocks.push(await decompressBlock(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

const decompressBlock = async (bytes: Buffer) =>
  (await snappyDecompress(bytes, { asBuffer: true })) as Buffer;
