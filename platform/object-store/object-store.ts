import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  chunksOf,
  connectS3,
  ObjectStoreUnavailableError,
  refusalCodeOf,
  type S3Request,
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
  /**
   * @param options.bucketExists the bucket has just answered: a miss needs no second request to say so.
   * @throws {ObjectMissingError}
   */
  stat(key: string, options?: { bucketExists?: boolean }): Promise<ObjectFacts>;
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
  /** How far this machine's clock was ahead of the store's at its last answer; undefined before one. */
  clockAheadMs(): number | undefined;
  close(): Promise<void>;
}

/** Returns at once. Bucket and keys are an administrator's matter: `npm run provision`. */
export function connectObjectStore(settings: S3Settings): ObjectStore {
  const { bucket } = settings;
  const connection = connectS3(settings);

  const probe = async () => {
    const exists = await connection.call((client) => client.bucketExists(bucket));
    if (!exists) throw bucketMissing(bucket);
  };
  /** @param about the object that a refusal is about. */
  const request = (request: S3Request & { objectName: string }, body?: Buffer, about?: string) =>
    connection.request(request, body).catch((error: unknown) => {
      throw objectErrorOf(error, bucket, about ?? request.objectName);
    });

  return {
    probe,
    clockAheadMs: () => connection.clockAheadMs(),
    async stat(key, { bucketExists = false } = {}) {
      try {
        const headers = { 'x-amz-checksum-mode': 'ENABLED' };
        return factsOf(await request({ method: 'HEAD', objectName: key, headers }));
      } catch (error) {
        if (refusalCodeOf(error) !== 'NotFound') throw error;
        if (!bucketExists) await probe(); // a HEAD has no body: it cannot say which of the two is missing
        throw objectMissing(key);
      }
    },
    async read(key, { etag, firstBytes } = {}) {
      const headers = {
        ...(etag !== undefined && { 'if-match': `"${etag}"` }),
        ...(firstBytes !== undefined && { range: `bytes=0-${firstBytes - 1}` }),
      };
      const body = await request({ method: 'GET', objectName: key, headers });
      return { ...sizeAndTimeOf(body), chunks: chunksOf(body) };
    },
    async copy(from, to, { etag, contentType, metadata }) {
      const headers = {
        'x-amz-copy-source': `/${bucket}/${from}`,
        'x-amz-copy-source-if-match': `"${etag}"`,
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-tagging-directive': 'REPLACE',
        'x-amz-checksum-algorithm': 'SHA256',
        ...storedAs({ contentType, metadata }),
      };
      const answer = await request({ method: 'PUT', objectName: to, headers }, undefined, from);
      const body = await text(chunksOf(answer));
      // S3 may find out about a failure after it has answered 200.
      if (!body.includes('<CopyObjectResult'))
        throw new ObjectStoreUnavailableError(`copy to ${to} not completed: copy it again`);
    },
    async create(key, bytes, as) {
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      const headers = {
        'if-none-match': '*',
        'x-amz-checksum-sha256': sha256,
        ...storedAs(as),
      };
      try {
        (await request({ method: 'PUT', objectName: key, headers }, bytes)).resume();
        return true;
      } catch (error) {
        if (error instanceof ObjectChangedError) return false;
        throw error;
      }
    },
    async remove(key, versionId) {
      const version = versionId === undefined ? {} : { versionId };
      try {
        await connection.call((client) => client.removeObject(bucket, key, version));
      } catch (error) {
        if (refusalCodeOf(error) === 'NoSuchKey') return; // VersityGW says so when two remove it at once
        throw objectErrorOf(error, bucket, key);
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

const bucketMissing = (bucket: string) =>
  new ObjectStoreUnavailableError(
    `bucket ${bucket} does not exist: create it with \`npm run provision\``,
  );
const objectMissing = (key: string) => new ObjectMissingError(`object ${key} does not exist`);

/** What a call about one object failed for, in the terms of {@link ObjectStore}. */
function objectErrorOf(error: unknown, bucket: string, key: string): unknown {
  const code = refusalCodeOf(error);
  if (code === 'NoSuchBucket') return bucketMissing(bucket);
  if (code === 'NoSuchKey') return objectMissing(key);
  if (code === 'PreconditionFailed')
    return new ObjectChangedError(`object ${key} exists with another ETag`);
  return error;
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
