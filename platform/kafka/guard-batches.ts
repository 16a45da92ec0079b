// A batch that cannot be read costs its own records only. kafkajs trusts every length and count in it, and
// an error there ends the consumer again and again at the same batch, which holds up all behind it.
import { createRequire } from 'node:module';
import { LRUCache } from 'lru-cache';

/** A record that stands for one that cannot be read has no value, and why in this header. */
export const undecodableHeader = 'undecodable';

/** Of a larger batch only the last offsets get a record each. */
const maximumReplacements = 1_000;
/** Reading the headers of a record takes kafkajs quadratic time. */
const maximumHeaders = 1_000;

/** Where the fields of a batch stand (Kafka's message format 2). */
const at = {
  length: 8,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  count: 57,
};
const lengthEnd = at.length + 4;
const minimumLength = at.count - lengthEnd + 4;

interface Decoder {
  readonly buffer: Buffer;
  offset: number;
  readVarInt(): number;
}
interface DecodedRecord {
  readonly offset: string;
}
type DecodeBatch = (from: Decoder) => Promise<{ readonly records: readonly DecodedRecord[] }>;

/** kafkajs does not export them, and its version is locked. */
const require = createRequire(import.meta.url);
const protocol = 'kafkajs/src/protocol';
const crc32C = require(`${protocol}/recordBatch/crc32C/index.js`) as (bytes: Buffer) => number;
const { KafkaJSPartialMessageError } = require('kafkajs/src/errors.js') as {
  KafkaJSPartialMessageError: new (reason: string) => Error;
};

/** Offset and checksum of the batches that could not be read. */
const failedBefore = new LRUCache<string, true>({ max: 1_000 });

let guarded = false;

/** Once for the whole process, before the first fetch. */
export function guardBatches(): void {
  if (guarded) return;
  guarded = true;
  limitLengths();
  const path = require.resolve(`${protocol}/recordBatch/v0/decoder.js`);
  const decode = require(path) as DecodeBatch;
  const module = require.cache[path];
  if (module === undefined) throw new Error(`${path} not loaded: kafkajs keeps it elsewhere`);
  module.exports = (from: Decoder) => decodeOrReplace(decode, from);
}

async function decodeOrReplace(decode: DecodeBatch, from: Decoder): ReturnType<DecodeBatch> {
  const rest = from.buffer.subarray(from.offset);
  const end = lengthEnd + rest.readInt32BE(at.length);
  // The broker cuts its answer anywhere but in the first batch, and kafkajs asks again.
  if (end > rest.length && from.offset > 0) return decode(from);
  const batch = hasValidLength(rest) ? rest.subarray(0, end) : rest;
  try {
    assertHeader(batch);
    const decoded = await decode(from);
    assertOffsets(batch, decoded.records);
    return decoded;
  } catch (error) {
    const { message } = error as Error;
    // The fault may pass: kafkajs takes what stands before the batch, and fetches again from there.
    if (isFirstFailure(batch)) throw new KafkaJSPartialMessageError(message);
    from.offset = from.buffer.length; // its length may be wrong: what follows is fetched again, by offset
    return { records: replaceRecords(batch, message) };
  }
}

function isFirstFailure(batch: Buffer): boolean {
  const key = `${offsetsOf(batch).first} ${batch.readUInt32BE(at.crc)}`;
  const isFirst = !failedBefore.has(key);
  failedBefore.set(key, true);
  return isFirst;
}

function hasValidLength(rest: Buffer): boolean {
  const length = rest.readInt32BE(at.length);
  return length >= minimumLength && length <= rest.length - lengthEnd;
}

function assertHeader(batch: Buffer): void {
  if (!hasValidLength(batch))
    throw new Error(
      `its length is ${batch.readInt32BE(at.length)}, allowed are ${minimumLength} to ${batch.length - lengthEnd}`,
    );
  if (crc32C(batch.subarray(at.attributes)) !== batch.readUInt32BE(at.crc))
    throw new Error('its checksum is wrong');
  const [count, offsets] = [batch.readInt32BE(at.count), offsetsOf(batch).count];
  if (count < 0 || count > offsets)
    throw new Error(`it claims ${count} records, at most ${offsets} fit its offsets`);
}

function assertOffsets(batch: Buffer, records: readonly DecodedRecord[]): void {
  const { first, last } = offsetsOf(batch);
  const outside = records.find(({ offset }) => BigInt(offset) < first || BigInt(offset) > last);
  if (outside !== undefined)
    throw new Error(`it has a record at offset ${outside.offset}, allowed are ${first} to ${last}`);
}

function offsetsOf(batch: Buffer) {
  const first = batch.readBigInt64BE(0);
  const delta = Math.max(0, batch.readInt32BE(at.lastOffsetDelta));
  return { first, last: first + BigInt(delta), count: delta + 1 };
}

function replaceRecords(batch: Buffer, fault: string): readonly DecodedRecord[] {
  const { first, last, count } = offsetsOf(batch);
  const reason = Buffer.from(`the batch of offsets ${first} to ${last} cannot be read: ${fault}`);
  const replaced = Math.min(count, maximumReplacements);
  return Array.from({ length: replaced }, (_, index) => ({
    offset: String(last - BigInt(replaced - 1 - index)),
    timestamp: String(batch.readBigInt64BE(at.firstTimestamp)),
    attributes: 0,
    key: null,
    value: null,
    headers: { [undecodableHeader]: reason },
    isControlRecord: false,
    batchContext: { inTransaction: false },
  }));
}

/** kafkajs reads records with these three, and nothing else. */
function limitLengths(): void {
  limitLength('readVarIntBytes', Infinity);
  limitLength('readVarIntString', Infinity);
  limitLength('readVarIntArray', maximumHeaders);
}

type Method = 'readVarIntBytes' | 'readVarIntString' | 'readVarIntArray';
type Read = (this: Decoder, ...rest: unknown[]) => unknown;

function limitLength(method: Method, maximum: number): void {
  const { prototype } = require(`${protocol}/decoder.js`) as { prototype: Record<Method, Read> };
  const read = prototype[method];
  prototype[method] = function (...rest) {
    const { offset } = this;
    const length = this.readVarInt();
    const allowed = Math.min(this.buffer.length - this.offset, maximum);
    if (!(length >= -1 && length <= allowed))
      throw new Error(`a length or count of ${length}, at most ${allowed} allowed`);
    this.offset = offset;
    return read.apply(this, rest);
  };
}
