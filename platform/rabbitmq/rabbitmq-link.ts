// One connection that comes back by itself, and channels on it that do too. amqplib recovers lost
// connections; what it leaves to us: channels that the broker closed, consumers that it cancelled.
import type { Socket } from 'node:net';
import amqplib, {
  credentials,
  type Channel,
  type ChannelModel,
  type RecoveringChannelModel,
} from 'amqplib';
import type { Logger } from '../logger.ts';
import { pauseAfter } from '../retry.ts';
import { withTimeout } from '../with-timeout.ts';

export interface RabbitLink {
  /** The connection when it is up. */
  readonly model: ChannelModel | undefined;
  /** A broker's alarm (memory, disk) stops publishers. */
  readonly blocked: boolean;
  /** What RabbitMQ says against the login, as long as it refuses it. */
  readonly refusal: string | undefined;
  onChange(listener: () => void): void;
  /** Runs the setup again on the connection that is up. */
  setUpAgain(): Promise<void>;
  close(): Promise<void>;
}

export interface LinkSettings {
  readonly url: string;
  readonly name: string;
  readonly logger: Logger;
  /** Runs after every connect, before anybody else sees the connection; a fault connects again. */
  readonly setUp: (model: ChannelModel) => Promise<void>;
}

const heartbeatSeconds = '5';
const recovery = { initialDelay: 100, maxDelay: 2_000, factor: 2, jitter: 0.2 };

/** Returns at once and connects for as long as it takes. */
export function keepConnected(settings: LinkSettings): RabbitLink {
  const { logger, name } = settings;
  const listeners = new Set<() => void>();
  let model: ChannelModel | undefined;
  let blocked = false;
  let refusal: string | undefined;
  let connection: RecoveringChannelModel | undefined;

  const change = (to: {
    model: ChannelModel | undefined;
    blocked: boolean;
    refusal?: string | undefined;
  }) => {
    ({ model, blocked, refusal } = to);
    for (const listener of listeners) listener();
  };

  const connecting = amqplib
    .connect(withHeartbeat(settings.url), {
      noDelay: true,
      timeout: 5_000,
      ...credentialsOf(settings.url),
      clientProperties: { connection_name: name },
      recovery: {
        ...recovery,
        waitForConnect: false,
        setup: (fresh: ChannelModel) => {
          fresh.on('error', (error) => {
            logger.warn({ err: error, connection: name }, 'RabbitMQ connection failed');
          });
          return setUpInTime(settings, fresh);
        },
      },
    })
    .then((recovering) => {
      connection = recovering;
      recovering.on('connect', (fresh: ChannelModel) => {
        logger.info({ connection: name }, 'connected to RabbitMQ');
        change({ model: fresh, blocked: false });
      });
      recovering.on('disconnect', (error: Error) => {
        logger.warn({ err: error, connection: name }, 'RabbitMQ connection lost: connecting again');
        change({ model: undefined, blocked: false });
      });
      recovering.on('connect-failed', (error: Error) => {
        const refused = refusalIn(error);
        if (refused === undefined)
          logger.warn({ err: error, connection: name }, 'RabbitMQ unavailable: connecting again');
        else
          logger.error(
            { refusal: refused, connection: name },
            'RabbitMQ refused the login: check user, password and virtual host of its address',
          );
        if (refused !== refusal) change({ model: undefined, blocked: false, refusal: refused });
      });
      recovering.on('blocked', (reason: string) => {
        logger.warn(
          { reason, connection: name },
          'publishing blocked: RabbitMQ has a memory or disk alarm',
        );
        change({ model, blocked: true });
      });
      recovering.on('unblocked', () => {
        logger.info({ connection: name }, 'publishing unblocked: RabbitMQ alarm cleared');
        change({ model, blocked: false });
      });
      recovering.on('error', () => undefined); // logged at its model; without a listener it would kill us
    });

  return {
    get model() {
      return model;
    },
    get blocked() {
      return blocked;
    },
    get refusal() {
      return refusal;
    },
    onChange: (listener) => void listeners.add(listener),
    async setUpAgain() {
      if (model !== undefined) await settings.setUp(model);
    },
    async close() {
      await connecting;
      listeners.clear();
      model = undefined;
      await connection?.close();
    },
  };
}

function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat'))
    address.searchParams.set('heartbeat', heartbeatSeconds);
  return address.href;
}

const setUpLimitMs = 20_000;

/**
 * A question that a connection lost just then leaves open, or a broker that hangs, would otherwise
 * stop amqplib from ever connecting again.
 */
async function setUpInTime({ setUp }: LinkSettings, model: ChannelModel): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  model.once('close', () => reject(new Error('the connection was lost while it was set up')));
  setUp(model).then(() => resolve(undefined), reject);
  await withTimeout(setUpLimitMs, promise, () => {
    const late = new Error(`the connection was not set up within ${setUpLimitMs} ms`);
    streamOf(model).destroy(late); // closing it would wait for the same broker
    return late;
  });
}

/** amqplib's own socket, which its types leave out. */
const streamOf = ({ connection }: ChannelModel) =>
  (connection as unknown as { stream: Socket }).stream;

/** amqplib reads an address's escapes as Latin-1: any other letter of a password would not be it. */
function credentialsOf(url: string) {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  return {
    credentials: credentials.plain(decodeURIComponent(username), decodeURIComponent(password)),
  };
}

/** What RabbitMQ says against a login; of a virtual host that it does not open, amqplib keeps no reason. */
function refusalIn({ message }: Error): string | undefined {
  if (message.includes('Expected ConnectionOpenOk; got <ConnectionClose'))
    return 'the virtual host is unknown, forbidden to this user, or full';
  return message.includes('ACCESS_REFUSED')
    ? message.replace(/^.*with message "|"$/g, '')
    : undefined;
}

/** Why nothing can be asked of RabbitMQ just now. */
export const unavailability = ({ refusal }: RabbitLink): string =>
  refusal === undefined
    ? 'RabbitMQ is unavailable: connecting again'
    : `RabbitMQ refuses the login (${refusal}): check user, password and virtual host`;

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
