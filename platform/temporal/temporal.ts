// Temporal: one connection that is made behind and never given up, and a client on it.
import { Client, isGrpcServiceError } from '@temporalio/client';
import { defaultPayloadConverter, NamespaceNotFoundError } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../logger.ts';
import { retry } from '../retry.ts';
import { withTimeout } from '../with-timeout.ts';

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
   * Its calls have no deadline of their own: use {@link withTimeout}.
   *
   * @throws {TemporalUnavailableError} before the first connection.
   */
  client(): Client;
  /**
   * A call with a deadline that holds also while the server is unavailable.
   *
   * @throws {TemporalUnavailableError} no answer in time; the call may still take effect.
   */
  withTimeout<Answer>(ms: number, call: (client: Client) => Promise<Answer>): Promise<Answer>;
  /** Asks the server for the namespace (1 s limit); rejects when the server is unavailable or does not know it. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const backoff = { firstMs: 250, longestMs: 5_000 };

/** Returns at once: connecting goes on behind, for as long as it takes. */
export function connectTemporal(settings: TemporalSettings): Temporal {
  const { address, namespace, identity, logger } = settings;
  const closing = new AbortController();
  let client: Client | undefined;
  const connecting = connect();
  connecting.catch(() => undefined); // each caller of `connected` gets it

  async function connect(): Promise<NativeConnection> {
    const connection = await retry(() => NativeConnection.connect({ address }), {
      ...backoff,
      signal: closing.signal,
      isFinal: (error) => !isTransportError(error),
      onFailure: (error) =>
        logger.warn({ err: error, address }, 'Temporal unavailable: connecting again'),
    });
    client = new Client({ connection, namespace, identity });
    logger.info({ address, namespace }, 'connected to Temporal');
    return connection;
  }

  const temporal: Temporal = {
    namespace,
    identity,
    connected: () => connecting,
    client() {
      if (client === undefined)
        throw new TemporalUnavailableError(
          `Temporal is unavailable at ${address}: connecting again`,
        );
      return client;
    },
    /**
     * The core tries a call again for up to 10 s while the server is unavailable, whatever its
     * deadline; the caller gets its answer in time. A call that succeeds after that is harmless:
     * ids make repeats safe.
     */
    async withTimeout(ms, call) {
      const known = temporal.client();
      return withTimeout(
        ms,
        known.withDeadline(Date.now() + ms, () => call(known)),
        () => new TemporalUnavailableError(`no answer from Temporal at ${address} within ${ms} ms`),
      );
    },
    async probe() {
      await temporal.withTimeout(1_000, ({ workflowService }) =>
        workflowService.describeNamespace({ namespace }),
      );
    },
    async close() {
      closing.abort(
        new TemporalUnavailableError(
          'the Temporal connection was closed before it was established',
        ),
      );
      const connection = await connecting.catch(() => undefined);
      await connection?.close();
    },
  };
  return temporal;
}

/** Thrown by the core: the server or its namespace cannot be reached. */
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
