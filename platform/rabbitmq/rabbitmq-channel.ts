// Channels on a connection that comes back: what amqplib's recovery leaves to us are channels that the
// broker closed.
import type { Channel, ChannelModel } from 'amqplib';
import type { Logger } from '../logger.ts';
import { pauseAfter } from '../retry.ts';
import type { RabbitLink } from './rabbitmq-link.ts';

export interface KeptChannel<C extends Channel> {
  /** The channel when it is open and prepared. */
  readonly current: C | undefined;
  open(): void;
  /** Gives up this channel and opens another. */
  replace(channel: C): void;
  /** Closed until {@link open}. */
  close(): Promise<void>;
}

const reopening = { firstMs: 100, longestMs: 2_000 };

/** Keeps a channel open while the connection is up; before a closed one is opened again, the link is set up again. */
export function keepChannel<C extends Channel>(
  link: RabbitLink,
  settings: {
    readonly logger: Logger;
    readonly create: (model: ChannelModel) => Promise<C>;
    readonly prepare: (channel: C) => Promise<void>;
    readonly onChange?: () => void;
  },
): KeptChannel<C> {
  const { logger } = settings;
  let current: C | undefined;
  let wanted = true;
  let opening = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const isWanted = () => wanted;
  const become = (channel: C | undefined) => {
    current = channel;
    settings.onChange?.();
  };

  function openLater(): void {
    if (!wanted || timer !== undefined) return;
    failures += 1;
    timer = setTimeout(
      () => {
        timer = undefined;
        void open(true);
      },
      pauseAfter(failures, reopening),
    );
  }

  async function open(again: boolean): Promise<void> {
    const { model } = link;
    if (!wanted || opening || current !== undefined || model === undefined) return;
    opening = true;
    try {
      if (again) await link.setUpAgain(); // what closed the channel may be a deleted queue
      const channel = await settings.create(model);
      const end = { reached: false };
      channel.on('error', (error: Error) => {
        logger.warn({ err: error }, 'RabbitMQ channel closed with an error');
      });
      channel.on('handler-error', (error: Error) => {
        logger.error({ err: error }, 'RabbitMQ channel listener failed');
      });
      channel.on('close', () => {
        end.reached = true;
        if (current !== channel) return;
        become(undefined);
        openLater();
      });
      await settings.prepare(channel);
      if (end.reached) throw new Error('RabbitMQ closed the channel during setup');
      failures = 0;
      become(channel);
      if (!isWanted()) void close();
    } catch (error) {
      logger.warn({ err: error }, 'RabbitMQ channel setup failed: opening another');
      openLater();
    } finally {
      opening = false;
    }
  }

  async function close(): Promise<void> {
    wanted = false;
    clearTimeout(timer);
    timer = undefined;
    const channel = current;
    become(undefined);
    if (channel !== undefined) await ignoreClosed(() => channel.close(), logger);
  }

  link.onChange(() => {
    if (link.model === undefined && current !== undefined) become(undefined);
    void open(false);
  });
  void open(false);

  return {
    get current() {
      return current;
    },
    open() {
      wanted = true;
      void open(false);
    },
    replace(channel) {
      if (current !== channel) return;
      become(undefined);
      void ignoreClosed(() => channel.close(), logger);
      openLater();
    },
    close,
  };
}

/** For a channel that may be closed already: then the broker has done the same itself. */
export async function ignoreClosed(act: () => unknown, logger: Logger) {
  try {
    await act();
  } catch (error) {
    logger.debug(
      { err: error },
      'RabbitMQ channel operation failed: the channel is probably closed',
    );
  }
}

/** A channel for this work alone: what the broker refuses closes it, and rejects the work. */
export async function withChannel<Result>(
  model: ChannelModel,
  work: (channel: Channel) => Promise<Result>,
): Promise<Result> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined); // the work is rejected with the same
  try {
    return await work(channel);
  } finally {
    await channel.close().catch(() => undefined); // closed already where the broker has refused
  }
}
