// One connection to an S3-compatible store, with limits of its own and errors that say whose they are.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Client, S3Error } from 'minio';

/** An access key id and its secret. */
export interface StoreKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Asked for each call: keys are replaced under a running process. */
  readonly key: () => StoreKey;
  /** Default: 5 s of silence, 30 s for a call. More for calls that make the store walk a large bucket. */
  readonly limits?: CallLimits;
}

export interface CallLimits {
  /** Connecting, waiting for the head, and between two chunks. */
  readonly silenceMs: number;
  /** A whole call, its body included. */
  readonly callMs: number;
}

/** A request to the bucket, or to one object of it. */
export interface S3Request {
  readonly method: 'HEAD' | 'GET' | 'PUT';
  readonly objectName?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface S3Connection {
  /** The client with the key that counts now. */
  client(): Client;
  /**
   * Calls the client, with its errors as ours.
   *
   * @throws {ObjectStoreUnavailableError} {@link StoreRefusedError}
   */
  call<Answer>(work: (client: Client) => Promise<Answer>): Promise<Answer>;
  /** As {@link call}; resolves with the head of a 200 or 206. */
  request(request: S3Request, body?: Buffer): Promise<IncomingMessage>;
  /** How far this machine's clock was ahead of the store's at its last answer; undefined before one. */
  clockAheadMs(): number | undefined;
  close(): void;
}

/** The store did not answer, or has no bucket yet. A later try may succeed. */
export class ObjectStoreUnavailableError extends Error {
  override readonly name = 'ObjectStoreUnavailableError';
  readonly code = 'OBJECT_STORE_UNAVAILABLE';
}

const usualLimits: CallLimits = { silenceMs: 5_000, callMs: 30_000 };

/** Returns at once and asks no server: the region is given, so the client need not look for it. */
export function connectS3(settings: S3Settings): S3Connection {
  const { protocol, hostname, port } = new URL(settings.endpoint);
  const { limits = usualLimits } = settings;
  const secure = protocol === 'https:';
  let clockAheadMs: number | undefined;
  const noteClock = ({ headers }: IncomingMessage) => {
    const at = Date.parse(headers.date ?? '');
    if (!Number.isNaN(at)) clockAheadMs = Date.now() - at;
  };
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const connect = (key: StoreKey) =>
    new Client({
      endPoint: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      useSSL: secure,
      region: settings.region,
      accessKey: key.accessKey,
      secretKey: key.secretKey,
      transport: { request: withLimits(secure ? httpsRequest : httpRequest, limits, noteClock) },
      transportAgent: agent,
      retryOptions: { disableRetry: true }, // who calls knows whether to try again
    });
  let known: { key: StoreKey; client: Client } | undefined;
  const client = () => {
    const key = settings.key();
    if (known?.key.accessKey !== key.accessKey || known.key.secretKey !== key.secretKey)
      known = { key, client: connect(key) };
    return known.client;
  };
  const call: S3Connection['call'] = async (work) => {
    try {
      return await work(client());
    } catch (error) {
      throw faultOf(error);
    }
  };
  return {
    client,
    call,
    request: (request, body) =>
      call((current) => {
        const options = { ...request, bucketName: settings.bucket };
        return current.makeRequestAsync(options, body, [200, 206]);
      }),
    clockAheadMs: () => clockAheadMs,
    close: () => agent.destroy(),
  };
}

/** The client sets no limit of its own: a store that takes the call and stays silent would hold it for ever. */
function withLimits(
  request: typeof httpRequest,
  { silenceMs, callMs }: CallLimits,
  noteClock: (answer: IncomingMessage) => void,
): typeof httpRequest {
  const limited = (options: RequestOptions, onAnswer?: (answer: IncomingMessage) => void) => {
    const { method = '', host = '', path = '' } = options;
    const asked = `${method} ${host}${path?.split('?', 1).join('') ?? ''}`;
    const sent = request(
      { ...options, timeout: silenceMs, signal: AbortSignal.timeout(callMs) },
      (answer) => {
        noteClock(answer);
        const { statusCode = 0 } = answer;
        // Also a full disk, 507. The client keeps no status; 501 says what the store will never do.
        if (statusCode >= 500 && statusCode !== 501)
          sent.destroy(
            new ObjectStoreUnavailableError(`the object store answered ${statusCode} to ${asked}`),
          );
        else onAnswer?.(answer);
      },
    );
    sent.on('timeout', () =>
      sent.destroy(
        new ObjectStoreUnavailableError(
          `no data from the object store for ${silenceMs} ms: ${asked}`,
        ),
      ),
    );
    return sent;
  };
  return limited as typeof httpRequest; // the client calls it in this one form only
}

/** What S3 itself refuses, by its code: a missing object, a wrong key, a missing right. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code with which S3 refused; undefined for any other error. */
export const refusalCodeOf = (error: unknown) =>
  error instanceof StoreRefusedError ? error.code : undefined;

/** The body of an answer, with errors as ours when it breaks off. */
export async function* chunksOf(body: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throw faultOf(error);
  }
}

/**
 * Tells "unavailable" (network, limits, 5xx) from "refused" (what S3 itself says) and from our own
 * bugs. The client's error does not go along: it holds key id, signature and key of the request.
 */
function faultOf(error: unknown): unknown {
  if (error instanceof ObjectStoreUnavailableError) return error;
  if (error instanceof S3Error && error.code !== 'ConditionalRequestConflict')
    return new StoreRefusedError(error.code ?? 'unknown', error.message);
  const { code, name, message } = error as Partial<NodeJS.ErrnoException>;
  const fromNetwork = /^E(?!RR_)|^HPE_|^ABORT_ERR|^ERR_SSL/.test(code ?? '');
  const brokenOff = code === 'ERR_STREAM_PREMATURE_CLOSE' || name === 'TimeoutError';
  if (!(error instanceof S3Error) && !fromNetwork && !brokenOff) return error;
  return new ObjectStoreUnavailableError(
    `the object store is unavailable: ${message || code || name}`,
    error instanceof S3Error ? {} : { cause: error },
  );
}
