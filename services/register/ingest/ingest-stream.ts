import {
  RabbitUnavailableError,
  type RabbitConnection,
} from '../../../platform/rabbitmq/rabbitmq.ts';
import { delay, pauseAfter, retry } from '../../../platform/retry.ts';
import {
  markGap,
  readPosition,
  restartSource,
  type Position,
  type SourceMessage,
} from '../store/positions.ts';
import type { SourceType } from './decode-events.ts';
import { writeBatch, type IngestDeps, type Source } from './source.ts';

const prefetch = 500;
const backoff = { firstMs: 100, longestMs: 5_000 };
const silenceMs = 5_000;
const reopenEveryMs = 500;

/** One consumer of the stream, from the broker's acceptance to its next loss. */
interface Session {
  readonly from: Position;
  /** Whether the stream is known to be the one that was read before. */
  isVerified: boolean;
  /** The first message left, where those before it are gone. */
  firstLeft: number | undefined;
  readonly waiting: { readonly message: SourceMessage; readonly done: () => void }[];
  isWriting: boolean;
  silence: NodeJS.Timeout | undefined;
}

/**
 * Writes a stream queue into the register, from where the register stands. A session begins with the
 * message of the stored position: another one there, or an end before it, means that the stream was made
 * anew; a later one, that messages were lost. Where a write fails nothing is acknowledged, and it is
 * read again from what was written last.
 */
export function ingestStream(
  deps: IngestDeps & {
    rabbit: Pick<RabbitConnection, 'state' | 'readStream' | 'streamEnd'>;
    queue: string;
    type: SourceType;
    /** Before the first start what it may have lost; undefined: nothing. */
    lostBefore: Date | undefined;
    /** When events are found to be gone that this register has never read. */
    onGap: (() => void) | undefined;
  },
): Source {
  const { rabbit, queue, db, logger, metrics } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let position: Position | undefined;
  let session: Session | undefined;
  let consumer: ReturnType<typeof rabbit.readStream> | undefined;
  let recovering = false;
  const isStopped = () => signal.aborted;

  async function start(): Promise<void> {
    position = await readUntilThere();
    if (signal.aborted) return;
    consumer = rabbit.readStream(queue, { prefetch, from: beginSession }, (message) => {
      if (session === undefined) return;
      const raw = { ...message, id: message.messageId };
      return receive(session, deps.decode(queue, deps.type, raw));
    });
  }

  const readUntilThere = () =>
    retry(() => readPosition(db, queue, deps.lostBefore), {
      ...backoff,
      signal,
      onFailure: (error) => logger.warn({ err: error, queue }, 'position not read: trying again'),
    });

  function beginSession(): number | 'first' {
    endSession();
    if (position === undefined) return 'first';
    session = {
      from: position,
      isVerified: position.offset === undefined,
      firstLeft: undefined,
      waiting: [],
      isWriting: false,
      silence: undefined,
    };
    if (!session.isVerified) watchSilence(session);
    return position.offset ?? 'first';
  }

  function endSession(): void {
    clearTimeout(session?.silence);
    for (const { done } of session?.waiting ?? []) done();
    session = undefined;
  }

  function receive(current: Session, message: SourceMessage): Promise<void> | undefined {
    if (!current.isVerified) {
      clearTimeout(current.silence);
      const { offset = -1, eventId } = current.from;
      if (message.offset < offset) return undefined; // of the chunk that begins before it
      if (message.offset === offset && message.eventId !== eventId) {
        recover('another message at the stored offset', restart);
        return undefined;
      }
      current.isVerified = true;
      if (message.offset === offset) return undefined; // written already
      current.firstLeft = message.offset;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    current.waiting.push({ message, done: () => resolve(undefined) });
    if (!current.isWriting) void write(current);
    return promise;
  }

  /** What comes while a batch is written makes the next one. */
  async function write(current: Session): Promise<void> {
    current.isWriting = true;
    try {
      if (current.firstLeft !== undefined) {
        const isNews = await markGap(db, current.from, current.firstLeft);
        if (isNews) {
          metrics.gaps.inc({ source: queue });
          deps.onGap?.();
        }
        current.firstLeft = undefined;
      }
      while (session === current && current.waiting.length > 0) {
        const batch = current.waiting.slice(0, prefetch);
        const messages = batch.map(({ message }) => message);
        const written = await writeBatch(deps, current.from, messages);
        if (written.generation !== current.from.generation) {
          if (session === current) recover('the register begins this stream anew');
          return;
        }
        if (position?.generation === written.generation) position = written;
        current.waiting.splice(0, batch.length);
        for (const { done } of batch) done();
      }
    } catch (error) {
      logger.warn(
        { err: error, queue },
        'events not written: reading again from the last position',
      );
      if (session === current) recover('write failed');
    } finally {
      current.isWriting = false;
    }
  }

  /** Past the end of a stream that was made anew there is silence, and no error. */
  function watchSilence(current: Session): void {
    current.silence = setTimeout(() => {
      endsBefore(current.from.offset ?? 0).then(
        (isBefore) => {
          if (session !== current || current.isVerified) return;
          if (isBefore) recover('the stream ends before the stored offset', restart);
          else watchSilence(current);
        },
        (error: unknown) => {
          if (!(error instanceof RabbitUnavailableError))
            logger.warn({ err: error, queue }, 'end of stream not read');
          if (session === current) watchSilence(current);
        },
      );
    }, silenceMs);
  }

  async function endsBefore(offset: number): Promise<boolean> {
    return ((await rabbit.streamEnd(queue)) ?? -1) < offset;
  }

  async function restart(): Promise<void> {
    if (position === undefined) return;
    metrics.recreated.inc({ source: queue });
    position = await restartSource(db, position);
  }

  /** Ends the session and begins another from what the register says then. */
  function recover(reason: string, before: () => Promise<void> = () => Promise.resolve()): void {
    endSession();
    if (recovering || signal.aborted) return;
    recovering = true;
    logger.warn({ queue, reason }, 'stream consumer begins again');
    void recoverUntilThere(before).finally(() => {
      recovering = false;
    });
  }

  async function recoverUntilThere(before: () => Promise<void>): Promise<void> {
    await consumer?.pause();
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await before();
        position = await readPosition(db, queue, deps.lostBefore);
        break;
      } catch (error) {
        logger.warn({ err: error, queue }, 'position not read: trying again');
        await delay(pauseAfter(failures, backoff), signal);
      }
    }
    // Repeated until a session has begun: a channel that is being opened keeps its old offset.
    while (!signal.aborted && session === undefined) {
      await consumer?.pause();
      if (!isStopped()) consumer?.resume();
      await delay(reopenEveryMs, signal);
    }
  }

  const started = start().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

  return {
    onPosition(row) {
      if (row.source !== queue || position === undefined || recovering) return;
      if (row.generation > position.generation) recover('the register begins this stream anew');
    },
    // The session of a lost connection ends with the next one: the stream may be another by then.
    isCurrent: () => rabbit.state === 'connected' && session?.isVerified === true,
    async lag() {
      const end = (await rabbit.streamEnd(queue)) ?? -1;
      return new Map([[queue, Math.max(0, end - (position?.offset ?? -1))]]);
    },
    async stop() {
      stopping.abort();
      await started;
      endSession();
      await consumer?.stop();
    },
  };
}
