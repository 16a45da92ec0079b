// Requests that S3 must refuse, made once with the key that clients see, to find out what a store accepts.
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { crc32 } from 'node:zlib';
import { ObjectMissingError, type ObjectStore } from './object-store.ts';
import type { PresignPut } from './presign-put.ts';
import { ObjectStoreUnavailableError, type S3Settings } from './s3-client.ts';

/** What a store accepts without a valid signature. */
export const weaknesses = {
  'unsigned-put': 'accepts an unsigned PUT from anyone who knows an access key id',
  'copy-source': 'accepts a presigned PUT as a copy of another object',
  'content-length': 'accepts a body of another length than the signed one',
  checksum: 'accepts a body with another checksum than the signed one',
  'if-none-match': 'replaces an object although the PUT was signed with if-none-match',
} as const;
export type Weakness = keyof typeof weaknesses;

/**
 * Makes each request once, below keys of its own, and deletes what was stored.
 *
 * @param deps.upload the store with the key that signs presigned PUTs, at the address services use.
 * @param deps.newKey a key that the upload key may put and `store` may read and delete.
 * @throws {ObjectStoreUnavailableError} not all could be tried.
 */
export async function findWeaknesses(deps: {
  upload: S3Settings;
  presignPut: PresignPut;
  store: Pick<ObjectStore, 'stat' | 'remove'>;
  newKey: () => string;
}): Promise<Weakness[]> {
  const { presignPut, store, upload } = deps;
  const body = Buffer.from('checked once at start');
  const other = Buffer.from('CHECKED ONCE AT START');
  const seconds = 60;
  const found: Weakness[] = [];
  /** What was answered does not matter: the weakness is there when the object is. */
  const trial = async (weakness: Weakness, attack: (key: string) => Promise<boolean>) => {
    const key = deps.newKey();
    if (await attack(key)) found.push(weakness);
    await store.remove(key);
  };

  await trial('unsigned-put', async (key) => {
    await putForged(upload, key, body);
    return (await find(store, key)) !== undefined;
  });
  await trial('content-length', async (key) => {
    const headers = { 'content-length': String(body.length) };
    await send(await presignPut(key, { seconds, headers }), Buffer.concat([body, body]), {});
    return (await find(store, key)) !== undefined;
  });
  await trial('checksum', async (key) => {
    const headers = signedFor(body);
    await send(await presignPut(key, { seconds, headers }), other, headers);
    return (await find(store, key)) !== undefined;
  });
  await trial('if-none-match', async (key) => {
    const first = { ...signedFor(body), 'if-none-match': '*' };
    const status = await send(await presignPut(key, { seconds, headers: first }), body, first);
    const stored = await find(store, key);
    if (stored === undefined)
      throw new ObjectStoreUnavailableError(
        `the object store answered ${status ?? 'nothing'} to a presigned PUT`,
      );
    await trial('copy-source', async (target) => {
      const source = { 'x-amz-copy-source': `/${upload.bucket}/${key}` };
      await send(await presignPut(target, { seconds }), Buffer.alloc(0), source);
      return ((await find(store, target))?.bytes ?? 0) > 0;
    });
    const second = { ...signedFor(other), 'if-none-match': '*' };
    await send(await presignPut(key, { seconds, headers: second }), other, second);
    return (await find(store, key))?.etag !== stored.etag;
  });
  return found;
}

async function find(store: Pick<ObjectStore, 'stat'>, key: string) {
  try {
    return await store.stat(key);
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
