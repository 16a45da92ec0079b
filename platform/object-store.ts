import { Agent as HttpAgent, IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, S3Error } from 'minio';
import type { Logger } from './logger.ts';

/** Nothing is stored under this key. */
export class ObjectMissingError extends Error {
  override readonly name = 'ObjectMissingError';
  readonly code = 'OBJECT_MISSING';
}

/** The store did not answer, or has no bucket yet. A later try may succeed. */
export class ObjectStoreUnavailableError extends Error {
  override readonly name = 'ObjectStoreUnavailableError';
  readonly code = 'OBJECT_STORE_UNAVAILABLE';
}

export interface ObjectFacts {
  readonly bytes: number;
  readonly lastModified: Date;
}

export interface StoredObject extends ObjectFacts {
  /** Iterate it, at least to its first chunk: leaving the loop early lets go of the connection. */
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * One bucket of an S3-compatible store. Any call may throw {@link ObjectStoreUnavailableError};
 * what the store refuses (a wrong key, a wrong signature) is a fault of ours and thrown as it is.
 */
export interface ObjectStore {
  /** A URL at the public address that takes one PUT within `seconds`. Made here, asks no server. */
  presignPut(key: string, seconds: number): Promise<string>;
  /** A URL at the internal address that answers GET within `seconds`. Made here, asks no server. */
  presignGet(key: string, seconds: number): Promise<string>;
  /** @throws {ObjectMissingError} */
  stat(key: string): Promise<ObjectFacts>;
  /** @throws {ObjectMissingError} the chunks throw ObjectStoreUnavailableError when they break off. */
  read(key: string): Promise<StoredObject>;
  /** @throws {ObjectStoreUnavailableError} when the store or its bucket is away. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface ObjectStoreSettings {
  /** How services reach it. */
  readonly endpoint: string;
  /** How clients reach it; default: `endpoint`. */
  readonly publicEndpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly logger: Logger;
}

const silenceLimitMs = 5_000; // connecting, waiting for the head, and between two chunks
const callLimitMs = 30_000; // a whole call, its body included
const retentionDays = 30;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** Returns at once: the bucket and its lifecycle are made behind, for as long as it takes. */
export function connectObjectStore(settings: ObjectStoreSettings): ObjectStore {
  const internal = connect(settings, settings.endpoint);
  const open = connect(settings, settings.publicEndpoint ?? settings.endpoint);
  const { bucket, logger } = settings;
  const closing = new AbortController();
  let making: Promise<void> | undefined;

  const makeBucket = () => {
    if (making !== undefined || closing.signal.aborted) return;
    making = keepMakingBucket(internal.client, bucket, logger, closing.signal).finally(() => {
      making = undefined;
    });
  };
  makeBucket();

  /** A bucket that is gone (a store that lost its disk) is made again, behind. */
  const bucketless = (cause?: unknown) => {
    makeBucket();
    return new ObjectStoreUnavailableError(`no bucket ${bucket} yet`, { cause });
  };

  const probe = async () => {
    const exists = await internal.client.bucketExists(bucket).catch((error: unknown) => {
      throw faultOf(error);
    });
    if (!exists) throw bucketless();
  };

  return {
    probe,
    presignPut: (key, seconds) => open.client.presignedPutObject(bucket, key, seconds),
    presignGet: (key, seconds) => internal.client.presignedGetObject(bucket, key, seconds),
    async stat(key) {
      try {
        const { size, lastModified } = await internal.client.statObject(bucket, key);
        return { bytes: size, lastModified };
      } catch (error) {
        if (s3Code(error) !== 'NotFound') throw faultOf(error);
        await probe(); // a HEAD has no body, so it cannot say which of the two is missing
        throw new ObjectMissingError(`no object ${key}`, { cause: error });
      }
    },
    async read(key) {
      try {
        const body = await internal.client.getObject(bucket, key);
        if (!(body instanceof IncomingMessage)) throw new TypeError('the answer has no head');
        return { ...factsOf(body), chunks: chunksOf(body) };
      } catch (error) {
        if (s3Code(error) === 'NoSuchBucket') throw bucketless(error);
        if (s3Code(error) === 'NoSuchKey')
          throw new ObjectMissingError(`no object ${key}`, { cause: error });
        throw faultOf(error);
      }
    },
    async close() {
      closing.abort();
      await making;
      internal.agent.destroy();
      open.agent.destroy();
    },
  };
}

function connect(settings: ObjectStoreSettings, endpoint: string) {
  const { protocol, hostname, port } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const client = new Client({
    endPoint: hostname.replace(/^\[|\]$/g, ''),
    ...(port === '' ? {} : { port: Number(port) }),
    useSSL: secure,
    region: settings.region, // given, so that presigning asks no server
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    transport: { request: withLimits(secure ? httpsRequest : httpRequest) },
    transportAgent: agent,
    retryOptions: { disableRetry: true }, // who calls knows whether to try again
  });
  return { client, agent };
}

/** The client sets no limit of its own: a store that accepts and stays silent would hold a call for ever. */
function withLimits(request: typeof httpRequest): typeof httpRequest {
  const limited = (
    options: Parameters<typeof httpRequest>[1],
    onAnswer?: (answer: IncomingMessage) => void,
  ) => {
    const sent = request(
      { ...options, timeout: silenceLimitMs, signal: AbortSignal.timeout(callLimitMs) },
      onAnswer,
    );
    sent.on('timeout', () =>
      sent.destroy(new ObjectStoreUnavailableError(`silent for ${silenceLimitMs} ms`)),
    );
    return sent;
  };
  return limited as typeof httpRequest; // the client calls it in this one form only
}

function factsOf({ headers }: IncomingMessage): ObjectFacts {
  const lastModified = new Date(headers['last-modified'] ?? Number.NaN);
  const bytes = Number(headers['content-length'] ?? Number.NaN);
  if (Number.isNaN(lastModified.getTime()) || Number.isNaN(bytes))
    throw new TypeError('the store answered without last-modified or content-length');
  return { bytes, lastModified };
}

async function* chunksOf(body: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throw faultOf(error);
  }
}

async function keepMakingBucket(
  client: Client,
  bucket: string,
  logger: Logger,
  closing: AbortSignal,
): Promise<void> {
  for (let pause = firstPauseMs; !closing.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      await makeBucketOnce(client, bucket);
      logger.info({ bucket, retentionDays }, 'bucket is there');
      return;
    } catch (error) {
      // Refused is as worth a line as away; both are tried again, readyz names them meanwhile.
      logger.warn({ err: faultOf(error), bucket }, 'bucket not made yet');
    }
    await wait(pause, undefined, { signal: closing }).catch(() => undefined); // closing ends it
  }
}

async function makeBucketOnce(client: Client, bucket: string): Promise<void> {
  if (!(await client.bucketExists(bucket)))
    await client.makeBucket(bucket).catch((error: unknown) => {
      if (s3Code(error) !== 'BucketAlreadyOwnedByYou') throw error; // another process was quicker
    });
  await client.setBucketLifecycle(bucket, {
    Rule: [
      {
        ID: `delete-after-${retentionDays}-days`,
        Status: 'Enabled',
        Filter: { Prefix: '' },
        Expiration: { Days: retentionDays },
      },
    ],
  });
}

const s3Code = (error: unknown) => (error instanceof S3Error ? error.code : undefined);

/** Tells "away" (network, limits, 5xx) from "refused" (what S3 itself says) and from our own bugs. */
function faultOf(error: unknown): unknown {
  if (error instanceof S3Error || error instanceof ObjectStoreUnavailableError) return error;
  const { code, name, message } = error as Partial<NodeJS.ErrnoException>;
  const fromNetwork = /^E(?!RR_)|^HPE_|^ABORT_ERR|^ERR_SSL/.test(code ?? '');
  const brokenOff = code === 'ERR_STREAM_PREMATURE_CLOSE' || name === 'TimeoutError';
  const from5xx = message?.startsWith('Request failed after'); // minio-js keeps no status here
  if (!fromNetwork && !brokenOff && !from5xx) return error;
  return new ObjectStoreUnavailableError(`the object store is away: ${message || code || name}`, {
    cause: error,
  });
}
