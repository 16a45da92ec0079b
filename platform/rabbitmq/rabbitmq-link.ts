// One connection that comes back by itself. amqplib recovers lost connections; what it leaves to us: a
// login that is refused, a set-up that gets no answer.
import type { Socket } from 'node:net';
import amqplib, { credentials, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import type { Logger } from '../logger.ts';
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
          groupWrites(streamOf(fresh));
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

/** amqplib writes each message by itself, a system call for each. Those of one tick go out together. */
function groupWrites(stream: Socket): void {
  const write = stream.write.bind(stream) as (...message: unknown[]) => boolean;
  let corked = false;
  stream.write = (...message: unknown[]) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    return write(...message);
  };
}

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
