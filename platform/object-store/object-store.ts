import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  ObjectStoreUnavailableError,
  connectS3,
  faultOf,
  s3Code,
  type S3Settings,
} from './s3-client.ts';

/** Nothing is stored under this key. */
export class ObjectMissingError extends Error {
  override readonly name = 'ObjectMissingError';
  readonly code = 'OBJECT_MISSING';
}

/** Another object than the one asked for by its ETag lies under this key. */
export class ObjectChangedError extends Error {
  override readonly name = 'ObjectChangedError';
  readonly code = 'OBJECT_CHANGED';
}

export interface ObjectFacts {
  readonly bytes: number;
  readonly lastModified: Date;
  /** Without quotes. Changes whenever the object does. */
  readonly etag: string;
  /** `sha256:` and 64 hex digits, where the store compared one with the body when it took it. */
  readonly checksum?: string | undefined;
  /** Where the bucket keeps versions. */
  readonly versionId?: string | undefined;
  /** User metadata, by name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject extends Pick<ObjectFacts, 'bytes' | 'lastModified'> {
  /** Iterate it, at least to its first chunk: leaving the loop early lets go of the connection. */
  readonly chunks: AsyncIterable<Buffer>;
}

/** How an object is stored: nothing of it comes from whoever uploaded the bytes. */
export interface StoredAs {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * One bucket of an S3-compatible store. Any call may throw {@link ObjectStoreUnavailableError};
 * what the store refuses (a wrong key, a missing right) is a fault of ours and thrown as it is.
 */
export interface ObjectStore {
  /** @throws {ObjectMissingError} */
  stat(key: string): Promise<ObjectFacts>;
  /**
   * @param options.etag only the object that has it; `firstBytes`: no more than these.
   * @throws {ObjectMissingError} {@link ObjectChangedError}; the chunks throw
   *   ObjectStoreUnavailableError when they break off.
   */
  read(key: string, options?: { etag?: string; firstBytes?: number }): Promise<StoredObject>;
  /**
   * Copies the object that has this ETag; its own type and metadata do not go along.
   *
   * @throws {ObjectMissingError} {@link ObjectChangedError}
   */
  copy(from: string, to: string, options: StoredAs & { etag: string }): Promise<void>;
  /** Stores the bytes if nothing lies under the key. @returns false when something does. */
  create(key: string, bytes: Buffer, options: StoredAs): Promise<boolean>;
  /**
   * Harmless when nothing is there.
   *
   * @param versionId where the bucket keeps versions: without it the version stays, out of sight.
   */
  remove(key: string, versionId?: string): Promise<void>;
  /** A URL that answers GET within `seconds`, as this content type. Made here, asks no server. */
  presignGet(key: string, seconds: number, as: { contentType: string }): Promise<string>;
  /** @throws {ObjectStoreUnavailableError} when the store does not answer, or lacks the bucket. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** Returns at once. Bucket and keys are an administrator's matter: `npm run provision`. */
export function connectObjectStore(settings: S3Settings): ObjectStore {
  const { bucket } = settings;
  const connection = connectS3(settings);
  const request = (
    method: 'HEAD' | 'GET' | 'PUT',
    objectName: string,
    headers: Readonly<Record<string, string>> = {},
    body: Buffer | '' = '',
  ) =>
    connection
      .client()
      .makeRequestAsync({ method, bucketName: bucket, objectName, headers }, body, [200, 206]);

  const probe = async () => {
    const exists = await connection
      .client()
      .bucketExists(bucket)
      .catch((error: unknown) => {
        throw faultOf(error);
      });
    if (!exists) throw bucketless();
  };
  const bucketless = () =>
    new ObjectStoreUnavailableError(`no bucket ${bucket} yet: npm run provision makes it`);

  /** What a call about one object failed for, in the terms of {@link ObjectStore}. */
  const objectFault = (error: unknown, key: string): unknown => {
    const code = s3Code(error);
    if (code === 'NoSuchBucket') return bucketless();
    if (code === 'NoSuchKey') return new ObjectMissingError(`no object ${key}`);
    if (code === 'PreconditionFailed') return new ObjectChangedError(`another object is ${key}`);
    return faultOf(error);
  };

  return {
    probe,
    async stat(key) {
      try {
        return factsOf(await request('HEAD', key, { 'x-amz-checksum-mode': 'ENABLED' }));
      } catch (error) {
        if (s3Code(error) !== 'NotFound') throw faultOf(error);
        await probe(); // a HEAD has no body, so it cannot say which of the two is missing
        throw new ObjectMissingError(`no object ${key}`);
      }
    },
    async read(key, { etag, firstBytes } = {}) {
      try {
        const body = await request('GET', key, {
          ...(etag === undefined ? {} : { 'if-match': `"${etag}"` }),
          ...(firstBytes === undefined ? {} : { range: `bytes=0-${firstBytes - 1}` }),
        });
        return { ...sizeAndTimeOf(body), chunks: chunksOf(body) };
      } catch (error) {
        throw objectFault(error, key);
      }
    },
    async copy(from, to, { etag, contentType, metadata }) {
      try {
        const answer = await request('PUT', to, {
          'x-amz-copy-source': `/${bucket}/${from}`,
          'x-amz-copy-source-if-match': `"${etag}"`,
          'x-amz-metadata-directive': 'REPLACE',
          'x-amz-tagging-directive': 'REPLACE',
          'x-amz-checksum-algorithm': 'SHA256',
          ...storedAs({ contentType, metadata }),
        });
        const body = await text(chunksOf(answer));
        // S3 may find out about a failure after it has answered 200.
        if (!body.includes('<CopyObjectResult'))
          throw new ObjectStoreUnavailableError(`the copy to ${to} was broken off`);
      } catch (error) {
        throw objectFault(error, from);
      }
    },
    async create(key, bytes, as) {
      try {
        const sha256 = createHash('sha256').update(bytes).digest('base64');
        const once = { 'if-none-match': '*', 'x-amz-checksum-sha256': sha256 };
        const answer = await request('PUT', key, { ...once, ...storedAs(as) }, bytes);
        answer.resume();
        return true;
      } catch (error) {
        if (s3Code(error) === 'PreconditionFailed') return false;
        throw objectFault(error, key);
      }
    },
    async remove(key, versionId) {
      try {
        const version = versionId === undefined ? {} : { versionId };
        await connection.client().removeObject(bucket, key, version);
      } catch (error) {
        if (s3Code(error) === 'NoSuchKey') return; // VersityGW says so when two remove it at once
        throw objectFault(error, key);
      }
    },
    presignGet: (key, seconds, { contentType }) =>
      connection.client().presignedGetObject(bucket, key, seconds, {
        'response-content-type': contentType,
        'response-content-disposition': contentType.startsWith('image/') ? 'inline' : 'attachment',
      }),
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}

const metadataPrefix = 'x-amz-meta-';

const storedAs = ({ contentType, metadata }: StoredAs): Record<string, string> => ({
  'content-type': contentType,
  ...Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value]),
  ),
});

function sizeAndTimeOf({ headers }: IncomingMessage): Pick<ObjectFacts, 'bytes' | 'lastModified'> {
  const lastModified = new Date(headers['last-modified'] ?? Number.NaN);
  const bytes = Number(headers['content-length'] ?? Number.NaN);
  if (Number.isNaN(lastModified.getTime()) || Number.isNaN(bytes))
    throw new TypeError('the store answered without last-modified or content-length');
  return { bytes, lastModified };
}

function factsOf(answer: IncomingMessage): ObjectFacts {
  answer.resume();
  const etag = answer.headers.etag?.replaceAll('"', '');
  if (etag === undefined) throw new TypeError('the store answered without an ETag');
  const { 'x-amz-checksum-sha256': sha256, 'x-amz-version-id': versionId } = answer.headers;
  // A multipart object has the checksum of its parts' checksums.
  const whole = typeof sha256 === 'string' && /^[0-9A-Za-z+/]{43}=$/.test(sha256);
  return {
    ...sizeAndTimeOf(answer),
    etag,
    checksum: whole ? `sha256:${Buffer.from(sha256, 'base64').toString('hex')}` : undefined,
    versionId: typeof versionId === 'string' ? versionId : undefined,
    metadata: Object.fromEntries(
      Object.entries(answer.headers).flatMap(([name, value]) =>
        name.startsWith(metadataPrefix) && typeof value === 'string'
          ? [[name.slice(metadataPrefix.length), value]]
          : [],
      ),
    ),
  };
}

async function* chunksOf(body: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throw faultOf(error);
  }
}
