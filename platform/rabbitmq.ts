import type { Logger } from './logger.ts';

export interface RabbitTopology {
  readonly exchanges: readonly { readonly name: string; readonly type: 'fanout' | 'direct' }[];
  readonly queues: readonly {
    readonly name: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly arguments: Readonly<Record<string, string | number>>;
  }[];
}

export interface RabbitMessage {
  readonly exchange: string;
  /** '' for a fanout. */
  readonly routingKey?: string;
  readonly messageId: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** RabbitMQ is away, blocked, or did not confirm in time: publishing the same again is safe. */
export class RabbitUnavailableError extends Error {
  override readonly name = 'RabbitUnavailableError';
  readonly code = 'RABBITMQ_UNAVAILABLE';
}

/** The exchange had no queue to put the message in (`mandatory`, 312 NO_ROUTE). */
export class UnroutableError extends Error {
  override readonly name = 'UnroutableError';
  readonly code = 'UNROUTABLE';
}

export interface Delivery {
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Stream queues only. */
  readonly offset?: number;
  /** How often the broker counted it as returned; 0 on the first delivery. */
  readonly deliveryCount: number;
}

/** What becomes of a delivery. `retry` counts against the delivery limit; `dead-letter` is final. */
export type Verdict = 'ack' | 'retry' | 'dead-letter';

export interface RabbitConnection {
  readonly state: 'connected' | 'blocked' | 'away';
  /** Called on each change of {@link state}. */
  onState(listener: (state: RabbitConnection['state']) => void): void;
  /**
   * Persistent and mandatory; resolves when the broker has confirmed.
   *
   * @throws {RabbitUnavailableError} away, blocked, nacked, or no confirm in time.
   * @throws {UnroutableError} no queue is bound.
   */
  publish(message: RabbitMessage): Promise<void>;
  /** Declares the topology again, for instance after a return. */
  declare(): Promise<void>;
  /**
   * Consumes a work queue; the verdict is carried out after the handler resolves. Survives
   * reconnects, closed channels and cancelled consumers. A handler that throws means `retry`.
   */
  consume(
    queue: string,
    options: { prefetch: number },
    handler: (delivery: Delivery) => Promise<Verdict>,
  ): RabbitConsumer;
  /**
   * Reads a stream queue from `from()` (asked on every connect), in order, acknowledging as it goes.
   */
  readStream(
    queue: string,
    options: { prefetch: number; from: () => number | 'first' | 'next' },
    handler: (delivery: Delivery & { readonly offset: number }) => void,
  ): RabbitConsumer;
  close(): Promise<void>;
}

export interface RabbitConsumer {
  /** Takes no more, waits for the handlers in hand. */
  stop(): Promise<void>;
  /** Closes the channel (what is unacknowledged returns to the queue) until {@link resume}. */
  pause(): Promise<void>;
  resume(options?: { prefetch: number }): void;
}

export interface RabbitSettings {
  readonly url: string;
  /** Shown in the management UI. */
  readonly name: string;
  readonly topology: RabbitTopology;
  readonly logger: Logger;
}

/** Returns at once: connecting and declaring go on behind, for as long as it takes. */
export function connectRabbit(_settings: RabbitSettings): RabbitConnection {
  throw new Error('not built yet');
}
