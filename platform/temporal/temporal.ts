// Temporal: one connection that is made behind and never given up, and a client on it.
import { Client, isGrpcServiceError } from '@temporalio/client';
import { defaultPayloadConverter, NamespaceNotFoundError } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../logger.ts';

/** No connection yet. Safe to try again. */
export class TemporalUnavailableError extends Error {
  override readonly name = 'TemporalUnavailableError';
  readonly code = 'TEMPORAL_UNAVAILABLE';
}

export interface TemporalSettings {
  /** host:port of the frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Who this process is in the Temporal UI. */
  readonly identity: string;
  readonly logger: Logger;
}

export interface Temporal extends Pick<TemporalSettings, 'namespace' | 'identity'> {
  /** Resolves at the first success, however long it takes; rejects only after {@link close}. */
  connected(): Promise<NativeConnection>;
  /**
   * Shares the connection with the worker of the same process, so that starts can be eager.
   * Its calls have no deadline of their own: use {@link within}.
   *
   * @throws {TemporalUnavailableError} before the first connection.
   */
  client(): Client;
  /**
   * A call with a deadline that holds also while the server is away.
   *
   * @throws {TemporalUnavailableError} no answer in time; the call may still take effect.
   */
  within<Answer>(ms: number, call: (client: Client) => Promise<Answer>): Promise<Answer>;
  /** Asks the server for the namespace (1 s limit); rejects when it is unavailable or has none such. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** Returns at once: connecting goes on behind, for as long as it takes. */
export function connectTemporal(settings: TemporalSettings): Temporal {
  const { address, namespace, identity, logger } = settings;
  const closing = new AbortController();
  let client: Client | undefined;
  const connecting = connect();
  connecting.catch(() => undefined); // told to whoever asks for it

  async function connect(): Promise<NativeConnection> {
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const connection = await NativeConnection.connect({ address });
        client = new Client({ connection, namespace, identity });
        logger.info({ address, namespace }, 'connected to Temporal');
        return connection;
      } catch (error) {
        if (!isTransportError(error)) throw error;
        logger.warn({ address, reason: error.message }, 'Temporal unavailable: connecting again');
      }
      await untilOver(pause, closing.signal);
      if (closing.signal.aborted) throw new TemporalUnavailableError('closed before it connected');
    }
  }

  const temporal: Temporal = {
    namespace,
    identity,
    connected: () => connecting,
    client() {
      if (client === undefined) throw new TemporalUnavailableError(`no answer from ${address}`);
      return client;
    },
    async within(ms, call) {
      const known = temporal.client();
      const late = new TemporalUnavailableError(`no answer from ${address} within ${ms} ms`);
      return orAfter(ms, late, () => known.withDeadline(Date.now() + ms, () => call(known)));
    },
    async probe() {
      await temporal.within(1_000, ({ workflowService }) =>
        workflowService.describeNamespace({ namespace }),
      );
    },
    async close() {
      closing.abort();
      const connection = await connecting.catch(() => undefined);
      await connection?.close();
    },
  };
  return temporal;
}

/**
 * The core tries a call again for up to 10 s while the server is away, whatever its deadline; who
 * waits is told in time. A call that still succeeds after that is harmless: ids make repeats safe.
 */
function orAfter<Answer>(ms: number, late: Error, call: () => Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late), ms);
    call()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Thrown by the core: no server, or no such namespace. */
export const isTransportError = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'TransportError'; // the class itself is internal

/** What an error of a Temporal call says about the server. */
export type TemporalFault = 'unavailable' | 'misconfigured' | 'refused' | 'other';

/** gRPC status codes, as `@temporalio/client` hands them on in `cause.code`. */
const faultOfStatus: Readonly<Record<number, TemporalFault>> = {
  1: 'unavailable', // CANCELLED: the connection was closed under the call
  3: 'refused', // INVALID_ARGUMENT: this request will never do
  4: 'unavailable', // DEADLINE_EXCEEDED
  7: 'misconfigured', // PERMISSION_DENIED
  8: 'unavailable', // RESOURCE_EXHAUSTED
  14: 'unavailable', // UNAVAILABLE
  16: 'misconfigured', // UNAUTHENTICATED
};

export function temporalFaultOf(error: unknown): TemporalFault {
  if (error instanceof TemporalUnavailableError || isTransportError(error)) return 'unavailable';
  if (error instanceof NamespaceNotFoundError) return 'misconfigured';
  const cause = isGrpcServiceError(error) ? error : (error as { cause?: unknown } | null)?.cause;
  if (isGrpcServiceError(cause)) return faultOfStatus[cause.code] ?? 'other';
  return 'other';
}

/** The first argument that a run was started with; it stays readable as long as the run is kept. */
export async function readWorkflowInput(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<unknown> {
  const answer = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution,
    maximumPageSize: 1,
  });
  const payload =
    answer.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return payload == null ? undefined : defaultPayloadConverter.fromPayload(payload);
}

/** Resolves after the pause, or at once when the signal fires. */
export function untilOver(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over, { once: true });
  });
}
