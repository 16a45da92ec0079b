// Asks a store what it lets through: requests that S3 must refuse, made with the key that clients see.
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { crc32 } from 'node:zlib';
import { ObjectMissingError, type ObjectStore } from './object-store.ts';
import type { PresignPut } from './presign-put.ts';
import { ObjectStoreUnavailableError, type S3Settings } from './s3-client.ts';

/** What the store takes although nobody signed it. */
export const weaknesses = {
  'unsigned-put': 'takes a PUT that nobody signed, from whoever knows an access key id',
  'copy-source': 'turns a presigned PUT into a copy of another object',
  'content-length': 'takes a body of another length than the one signed',
  checksum: 'takes a body with another checksum than the one signed',
  'if-none-match': 'replaces an object although the PUT was signed for a new one only',
} as const;
export type Weakness = keyof typeof weaknesses;

/**
 * Makes each request once, below keys of its own, and deletes what was stored.
 *
 * @param parts.upload the store with the key that signs presigned PUTs, at the address services use.
 * @param parts.newKey a key that the upload key may put and `store` may read and delete.
 * @throws {ObjectStoreUnavailableError} not all could be asked.
 */
export async function findWeaknesses(parts: {
  upload: S3Settings;
  presignPut: PresignPut;
  store: Pick<ObjectStore, 'stat' | 'remove'>;
  newKey: () => string;
}): Promise<Weakness[]> {
  const { presignPut, store, newKey } = parts;
  const body = Buffer.from('asked once at start');
  const other = Buffer.from('ASKED ONCE AT START');
  const seconds = 60;
  const found: Weakness[] = [];
  const made: string[] = [];
  const fresh = () => {
    const key = newKey();
    made.push(key);
    return key;
  };
  /** The weakness is there when the object is: what was answered does not matter. */
  const isStored = async (key: string) => (await etagOf(store, key)) !== undefined;

  try {
    const forged = fresh();
    await putForged(parts.upload, forged, body);
    if (await isStored(forged)) found.push('unsigned-put');

    const long = fresh();
    const length = { 'content-length': String(body.length) };
    const longer = Buffer.concat([body, body]);
    await send(await presignPut(long, { seconds, headers: length }), longer, {});
    if (await isStored(long)) found.push('content-length');

    const damaged = fresh();
    const damagedUrl = await presignPut(damaged, { seconds, headers: signedFor(body) });
    await send(damagedUrl, other, signedFor(body));
    if (await isStored(damaged)) found.push('checksum');

    const whole = fresh();
    const putOnce = { ...signedFor(body), 'if-none-match': '*' };
    const wholeUrl = await presignPut(whole, { seconds, headers: putOnce });
    const status = await send(wholeUrl, body, putOnce);
    const etag = await etagOf(store, whole);
    if (etag === undefined)
      throw new ObjectStoreUnavailableError(`the store answers ${status} to a presigned PUT`);
    const again = { ...signedFor(other), 'if-none-match': '*' };
    await send(await presignPut(whole, { seconds, headers: again }), other, again);
    if ((await etagOf(store, whole)) !== etag) found.push('if-none-match');

    const copy = fresh();
    await send(await presignPut(copy, { seconds }), Buffer.alloc(0), {
      'x-amz-copy-source': `/${parts.upload.bucket}/${whole}`,
    });
    if ((await etagOf(store, copy)) === etag) found.push('copy-source');
  } finally {
    for (const key of made) await store.remove(key);
  }
  return found;
}

async function etagOf(store: Pick<ObjectStore, 'stat'>, key: string): Promise<string | undefined> {
  try {
    return (await store.stat(key)).etag;
  } catch (error) {
    if (error instanceof ObjectMissingError) return undefined;
    throw error;
  }
}

const signedFor = (body: Buffer): Record<string, string> => ({
  'content-type': 'text/plain',
  'content-length': String(body.length),
  'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
});

/** GHSA-9c4q-hq6p-c237 and its kin: an unsigned trailer is read before the signature is looked at. */
async function putForged(upload: S3Settings, key: string, body: Buffer): Promise<void> {
  const { accessKey } = upload.key();
  const url = new URL(`/${upload.bucket}/${key}`, upload.endpoint);
  const day = '20200101';
  for (const [name, value] of Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKey}/${day}/${upload.region}/s3/aws4_request`,
    'X-Amz-Date': `${day}T000000Z`,
    'X-Amz-Expires': '300',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '0'.repeat(64),
  }))
    url.searchParams.set(name, value);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  const chunked = `${body.length.toString(16)}\r\n${body.toString()}\r\n0\r\nx-amz-checksum-crc32:${checksum.toString('base64')}\r\n\r\n`;
  await send(url.href, Buffer.from(chunked), {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(body.length),
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'content-encoding': 'aws-chunked',
  });
}

const limitMs = 5_000;

/**
 * One PUT with these headers and the length of this body.
 *
 * @returns the status; undefined when the store closed the connection, which is a refusal too.
 */
function send(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const sent = request(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': String(body.length) },
    agent: false, // a body that is too long spoils the connection
    signal: AbortSignal.timeout(limitMs),
  });
  sent.on('response', (answer) => {
    answer.resume();
    answer.on('close', () => resolve(answer.statusCode));
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    if (['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) resolve(undefined);
    else
      reject(
        new ObjectStoreUnavailableError(`the object store is unavailable: ${error.message}`, {
          cause: error,
        }),
      );
  });
  sent.end(body);
  return promise;
}
