// RabbitMQ's streams in memory, as far as the gateway uses them: offsets, confirms, lost connections.
import { encodeEvent, readAttributes } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import { streamMarkerHeader } from '../../../contracts/topology.ts';
import {
  RabbitUnavailableError,
  UnroutableError,
  type RabbitConnection,
  type RabbitMessage,
} from '../../../platform/rabbitmq/rabbitmq.ts';
import type { StreamMessage } from '../../../gateway/feed/follow-stream.ts';

type State = RabbitConnection['state'];
interface Reader {
  queue: string;
  from: () => number | 'first' | 'next' | Date;
  handler: (message: StreamMessage) => void;
  next: number;
  isOpen: boolean;
  isWanted: boolean;
}

export class StreamBroker {
  readonly #queues = new Map<string, StreamMessage[]>();
  readonly #muted = new Set<string>();
  readonly #connections = new Set<{ readers: Set<Reader>; setState: (state: State) => void }>();
  #isUp = true;

  /** Appends with the next offset; readers get it in a later tick, as over a wire. */
  publish(queue: string, message: { messageId: string; headers: object; body: Buffer }): number {
    const messages = this.#messagesOf(queue);
    const offset = (messages.at(-1)?.offset ?? -1) + 1;
    messages.push({
      messageId: message.messageId,
      headers: { ...message.headers, 'x-stream-offset': String(offset) },
      body: message.body,
      offset,
      deliveryCount: 0,
    });
    setImmediate(() => this.#deliver());
    return offset;
  }

  announce(queue: string, event: DomainEvent): number {
    return this.publish(queue, { messageId: event.id, ...encodeEvent(event, 'cloudEvents_') });
  }

  /** Deletes and declares a stream: empty, offsets from 0; readers are not notified. */
  recreate(queue: string): void {
    this.#queues.set(queue, []);
  }

  /** Retention: drops what is before the offset. */
  dropBefore(queue: string, offset: number): void {
    const messages = this.#messagesOf(queue);
    messages.splice(
      0,
      messages.findIndex((message) => message.offset >= offset),
    );
  }

  /** Confirms messages, but delivers none until {@link unmute}. */
  mute(queue: string): void {
    this.#muted.add(queue);
  }

  unmute(queue: string): void {
    this.#muted.delete(queue);
    setImmediate(() => this.#deliver());
  }

  messages(queue: string): readonly StreamMessage[] {
    return this.#messagesOf(queue);
  }

  stop(): void {
    this.#isUp = false;
    for (const { readers, setState } of this.#connections) {
      for (const reader of readers) reader.isOpen = false;
      setState('unavailable');
    }
  }

  start(): void {
    this.#isUp = true;
    for (const { readers, setState } of this.#connections) {
      setState('connected');
      for (const reader of readers) this.#open(reader);
    }
  }

  connect(): RabbitConnection {
    const listeners = new Set<(state: State) => void>();
    const readers = new Set<Reader>();
    let state: State = this.#isUp ? 'connected' : 'unavailable';
    const connection = {
      readers,
      setState: (next: State) => {
        state = next;
        for (const listener of listeners) listener(next);
      },
    };
    this.#connections.add(connection);
    const unsupported = () => Promise.reject(new Error('unsupported: streams only'));
    return {
      get state() {
        return state;
      },
      onState: (listener) => void listeners.add(listener),
      publish: (message) => this.#publishTo(message),
      declare: () => Promise.resolve(),
      streamEnd: (queue) =>
        this.#isUp
          ? Promise.resolve(this.#messagesOf(queue).at(-1)?.offset)
          : Promise.reject(new RabbitUnavailableError('RabbitMQ unavailable')),
      countMessages: (queue) => Promise.resolve(this.#messagesOf(queue).length),
      consume: () => ({ stop: unsupported, pause: unsupported, resume: () => undefined }),
      readStream: (queue, { from }, handler) => {
        const reader = { queue, from, handler, next: 0, isOpen: false, isWanted: true };
        readers.add(reader);
        setImmediate(() => this.#open(reader));
        const close = () => {
          reader.isWanted = false;
          reader.isOpen = false;
          return Promise.resolve();
        };
        const resume = () => {
          reader.isWanted = true;
          this.#open(reader);
        };
        return { stop: close, pause: close, resume };
      },
      close: () => {
        this.#connections.delete(connection);
        return Promise.resolve();
      },
    };
  }

  async #publishTo(message: RabbitMessage): Promise<void> {
    await new Promise(setImmediate);
    if (!this.#isUp) throw new RabbitUnavailableError('RabbitMQ unavailable');
    const queue = message.routingKey ?? '';
    if (message.exchange !== '') throw new UnroutableError('unroutable: use the default exchange');
    this.publish(queue, message);
  }

  #open(reader: Reader): void {
    if (reader.isOpen || !reader.isWanted || !this.#isUp) return;
    reader.isOpen = true;
    const from = reader.from();
    reader.next =
      from instanceof Date
        ? this.#offsetAt(reader.queue, from)
        : from === 'first'
          ? 0
          : from === 'next'
            ? Number.MAX_SAFE_INTEGER
            : from;
    setImmediate(() => this.#deliver());
  }

  /** By the times of events and markers: when a message was published is not kept here. */
  #offsetAt(queue: string, time: Date): number {
    const messages = this.#messagesOf(queue);
    const found = messages.find(
      ({ headers }) =>
        Date.parse(headers[streamMarkerHeader] ?? readAttributes(headers)['time'] ?? '') >=
        time.getTime(),
    );
    return found?.offset ?? (messages.at(-1)?.offset ?? -1) + 1;
  }

  #deliver(): void {
    for (const { readers } of this.#connections)
      for (const reader of readers) {
        for (const message of this.#messagesOf(reader.queue)) {
          if (!reader.isOpen || this.#muted.has(reader.queue)) break;
          if (message.offset < reader.next) continue;
          reader.next = message.offset + 1;
          reader.handler(message);
        }
      }
  }

  #messagesOf(queue: string): StreamMessage[] {
    const known = this.#queues.get(queue) ?? [];
    this.#queues.set(queue, known);
    return known;
  }
}
