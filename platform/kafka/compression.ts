// The codecs that kafkajs lacks. A broker or a tool may recompress our records with any that Kafka knows.
import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { decompressFrame as lz4Decompress } from 'lz4-napi';
import { uncompress as snappyDecompress } from 'snappy';

type Decompress = (bytes: Buffer) => Promise<Buffer>;

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
      decompress: (bytes) => decompressNamed(name, decompress, bytes),
    });
}

async function decompressNamed(
  name: string,
  decompress: Decompress,
  bytes: Buffer,
): Promise<Buffer> {
  try {
    return await decompress(bytes);
  } catch (error) {
    throw new Error(`not decompressed with ${name}: ${(error as Error).message}`, { cause: error });
  }
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
