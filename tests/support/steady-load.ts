// Photos at a steady rate through the real client, and what that client receives of them.
import { setTimeout as pause } from 'node:timers/promises';
import {
  UnavailableError,
  type CallOptions,
  type FeedEvent,
  type TrackunitClient,
} from '../../client/sdk/index.ts';
import type { ImageUpload } from '../../contracts/schema.generated.ts';
import { varyPhoto } from './images/vary-photo.ts';
import type { User } from './harness/users.ts';
import { declarationOf, put } from './upload-by-hand.ts';

/** One photo, from its first try to its acceptance. */
export interface Sent {
  correlationId: string | undefined;
  /** `Date.now()`, as all times here. */
  readonly begunAt: number;
  acceptedAt: number | undefined;
  /** Codes of the clear errors that the client got before it was taken. */
  readonly refusals: string[];
}

export interface Received {
  readonly correlationId: string;
  readonly at: number;
  readonly success: boolean;
}

export interface SteadyLoad {
  readonly sent: readonly Sent[];
  /** Every `completed` that the client received, in its order. */
  readonly received: readonly Received[];
  /** Sends no more; resolves when every photo was accepted. @throws what was no clear refusal. */
  finish(): Promise<void>;
  /** Resolves when the end of every photo was received, or at the deadline: what is missing then is lost. */
  untilAllReceived(): Promise<void>;
  /** Leaves the feed. */
  close(): Promise<void>;
}

/** So long a refused call is made again before it counts as failed. */
const retryForMs = 120_000;
/** A recognition whose worker died is tried again after 45 s, one that met an outage within a minute. */
const receivedWithinMs = 150_000;

/**
 * @param gateways replicas behind a load balancer in one line: each request goes to the next.
 * @throws when the feed cannot be opened.
 */
export async function startSteadyLoad(options: {
  user: User;
  gateways: readonly string[];
  perSecond: number;
  photo: Uint8Array;
}): Promise<SteadyLoad> {
  const client = options.user.through({ fetch: balanced(options.gateways) });
  const over = new AbortController();
  const sent: Sent[] = [];
  const received: Received[] = [];
  const from = await client.feedCursors();
  const listening = listen(client.watch({ signal: over.signal, from }), received, over.signal);
  listening.catch(() => undefined); // thrown by close()

  const uploads: Promise<void>[] = [];
  const send = () => {
    const one: Sent = {
      correlationId: undefined,
      begunAt: Date.now(),
      acceptedAt: undefined,
      refusals: [],
    };
    sent.push(one);
    const upload = uploadOne(client, varyPhoto(options.photo), one);
    upload.catch(() => undefined); // thrown by finish()
    uploads.push(upload);
  };
  const timer = setInterval(send, 1_000 / options.perSecond);

  return {
    sent,
    received,
    async finish() {
      clearInterval(timer);
      await Promise.all(uploads);
    },
    async untilAllReceived() {
      const deadline = Date.now() + receivedWithinMs;
      while (unreceived(sent, received).length > 0 && Date.now() < deadline) await pause(200);
    },
    async close() {
      clearInterval(timer);
      over.abort();
      await listening;
    },
  };
}

/** Photos whose end the client has not received. */
export function unreceived(sent: readonly Sent[], received: readonly Received[]): Sent[] {
  const ended = new Set(received.map(({ correlationId }) => correlationId));
  return sent.filter(({ correlationId }) => !ended.has(correlationId ?? ''));
}

async function listen(feed: AsyncIterable<FeedEvent>, received: Received[], over: AbortSignal) {
  try {
    for await (const event of feed)
      if (event.state === 'completed')
        received.push({
          correlationId: event.correlationId,
          at: Date.now(),
          success: event.success,
        });
  } catch (error) {
    if (!over.aborted) throw error;
  }
}

/** The three steps of an upload, each tried once; a clear refusal is noted, and the same call made again. */
async function uploadOne(client: TrackunitClient, photo: Uint8Array<ArrayBuffer>, one: Sent) {
  const refused = (code: string) => void one.refusals.push(code);
  const declared = declarationOf(photo);
  const upload = await insist((options) => client.startUpload(declared, options), refused);
  one.correlationId = upload.correlationId;
  await putOne(upload.imageUploadPayload, photo, refused);
  const { uploadId } = upload.imageUploadPayload;
  const { bytes, checksum } = declared;
  await insist((options) => client.confirmUpload({ uploadId, bytes, checksum }, options), refused);
  one.acceptedAt = Date.now();
}

async function insist<Answer>(
  call: (options: CallOptions) => Promise<Answer>,
  refused: (code: string) => void,
): Promise<Answer> {
  try {
    return await call({ retryForMs: 0 });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    refused(error.code);
    return call({ retryForMs });
  }
}

async function putOne(
  upload: ImageUpload,
  photo: Uint8Array<ArrayBuffer>,
  refused: (code: string) => void,
): Promise<void> {
  const giveUpAt = Date.now() + retryForMs;
  for (let tries = 0; ; tries += 1) {
    const answer = await put(upload, photo, AbortSignal.timeout(retryForMs));
    if (answer === 200 || answer === 412) return; // 412: an earlier one of these arrived
    const status = answer === 'cut' ? 503 : answer; // nobody there
    const passes = status === 409 || status >= 500;
    if (!passes || Date.now() > giveUpAt) throw new Error(`the store answered ${status}`);
    if (tries === 0) refused(`STORE_${status}`);
    await pause(500);
  }
}

function balanced(gateways: readonly string[]): typeof fetch {
  const [first = ''] = gateways;
  let turn = 0;
  return (input, init) => {
    const next = gateways[(turn += 1) % gateways.length] ?? first;
    return fetch((input as string).replace(first, next), init);
  };
}
