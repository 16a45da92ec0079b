// Gateways in this process, on streams in memory and an issuer on a free port.
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import { Registry } from 'prom-client';
import { streamQueues } from '../../../contracts/topology.ts';
import { issuerKeys } from '../../../platform/auth/issuer-keys.ts';
import { createTokenVerifier, type VerifyToken } from '../../../gateway/auth/verify-token.ts';
import { isCaughtUp, type Feeds, type StreamQueues } from '../../../gateway/feed/feeds.ts';
import { createGateway, gatewaySettings, type GatewayDeps } from '../../../gateway/gateway.ts';
import type { OpenStreams } from '../../../gateway/graphql/open-streams.ts';
import { readConfig } from '../../../platform/config.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RestClient, StreamingRestClient } from '../../../platform/http/rest-client.ts';
import { silentLogger, type Logger } from '../../../platform/logger.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import { eventually } from '../harness/eventually.ts';
import {
  completedEvent,
  correctedEvent,
  deletedEvent,
  startedEvent,
  type AnnouncedRun,
} from './announced-run.ts';
import { LocalIssuer, audience, type TokenOptions } from './local-issuer.ts';
import { StreamBroker } from './stream-broker.ts';

const noPage = fileURLToPath(new URL('no-page', import.meta.url));

export interface ReplicaOptions {
  /** Instead of the broker in memory, with streams of the test's own. */
  real?: { rabbit: RabbitConnection; queues: StreamQueues };
  ingestion?: RestClient['call'];
  orchestrator?: RestClient['call'];
  register?: RestClient['call'];
  exports?: StreamingRestClient['open'];
  mediaAccess?: RestClient['call'];
  /** Settings other than by default, where uploads are not limited here. */
  config?: Partial<GatewayDeps['config']>;
  feed?: GatewayDeps['feed'];
  verifyToken?: VerifyToken;
  logger?: Logger;
}

export interface Replica {
  app: Hono;
  /** Of its GraphQL, on a port of its own. */
  url: string;
  feeds: Feeds;
  streams: OpenStreams;
  metrics: () => Promise<string>;
  stop: () => Promise<void>;
}

/** One issuer, one broker, and the replicas that a test starts. */
export class GatewayHarness {
  readonly issuer: LocalIssuer;
  readonly broker = new StreamBroker();
  readonly verifyToken: VerifyToken;
  readonly #replicas: Replica[] = [];

  static async start(): Promise<GatewayHarness> {
    return new GatewayHarness(await LocalIssuer.start());
  }

  private constructor(issuer: LocalIssuer) {
    this.issuer = issuer;
    this.verifyToken = createTokenVerifier({
      issuer: issuer.url,
      audience,
      ownerClaims: ['iss', 'sub'],
      keys: issuerKeys(issuer.url),
    });
  }

  async replica(options: ReplicaOptions = {}): Promise<Replica> {
    const replica = await this.startingReplica(options);
    await eventually(() => isCaughtUp(replica.feeds));
    return replica;
  }

  /** Listens, but may not have caught up. */
  async startingReplica(options: ReplicaOptions = {}): Promise<Replica> {
    const registry = new Registry();
    const logger = options.logger ?? silentLogger();
    const gateway = createGateway({
      config: { ...readConfig(gatewaySettings, {}), ...unlimitedUploads, ...options.config },
      verifyToken: options.verifyToken ?? this.verifyToken,
      ingestion: { call: options.ingestion ?? unavailable('tu-ingestion-service') },
      orchestrator: { call: options.orchestrator ?? noAnalyses },
      register: { call: options.register ?? noAnalyses, open: options.exports ?? noExports },
      mediaAccess: { call: options.mediaAccess ?? unavailable('tu-media-access-service') },
      rabbit: options.real?.rabbit ?? this.broker.connect(),
      queues: options.real?.queues,
      registry,
      logger,
      feed: options.feed,
      pageFolder: noPage, // whether one was built in this clone changes nothing here
    });
    const app = gateway.publicApp({ logger });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      await gateway.streams.drain(0);
      await server.stop();
      for (const { stop } of gateway.stop) await stop();
    };
    const replica = {
      app,
      url: `http://127.0.0.1:${server.port}/graphql`,
      feeds: gateway.feeds,
      streams: gateway.streams,
      metrics: () => registry.metrics(),
      stop: () => (stopped ??= stop()),
    };
    this.#replicas.push(replica);
    return replica;
  }

  async owner(token: string): Promise<string> {
    return (await this.verifyToken(`Bearer ${token}`)).owner;
  }

  token(options?: TokenOptions): Promise<string> {
    return this.issuer.token(options);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.stop()));
    await this.issuer.stop();
  }

  /** Publishes `analysis.started` to its stream and returns its event id. */
  announceStarted(owner: string, run: AnnouncedRun): string {
    const event = startedEvent(owner, run);
    this.broker.announce(streamQueues.started.name, event);
    return event.id;
  }

  /** Publishes a failed `analysis.completed` to its stream and returns its event id. */
  announceCompleted(owner: string, run: AnnouncedRun): string {
    const event = completedEvent(owner, run);
    this.broker.announce(streamQueues.completed.name, event);
    return event.id;
  }

  /** Publishes `analysis.corrected` to its stream and returns its event id. */
  announceCorrected(owner: string, run: AnnouncedRun, brand?: string): string {
    const event = correctedEvent(owner, run, brand);
    this.broker.announce(streamQueues.changed.name, event);
    return event.id;
  }

  /** Publishes `analysis.deleted` to its stream and returns its event id. */
  announceDeleted(owner: string, run: AnnouncedRun): string {
    const event = deletedEvent(owner, run);
    this.broker.announce(streamQueues.changed.name, event);
    return event.id;
  }
}

/** Resolves once the replica has read the stream of results so far. */
export const untilRead = ({ feeds }: Replica, offset: number) =>
  eventually(() => (feeds.completed.log.newest?.offset ?? -1) >= offset);

const unlimitedUploads = {
  UPLOADS_PER_DAY: 1_000_000,
  UPLOAD_BYTES_PER_DAY: Number.MAX_SAFE_INTEGER,
};

const noAnalyses: RestClient['call'] = () =>
  Promise.reject(new Problem(404, 'NOT_FOUND', 'analysis not found'));

const noExports: StreamingRestClient['open'] = () =>
  Promise.reject(new Problem(503, 'UNREACHABLE', 'the register did not answer'));

const unavailable =
  (name: string): RestClient['call'] =>
  () =>
    Promise.reject(new Problem(503, 'UNREACHABLE', `${name} did not answer`, { retryAfter: 1 }));

/** Answers every call with this, in the agreed shape. */
export const answers =
  (value: unknown): RestClient['call'] =>
  ({ answer }) =>
    Promise.resolve(answer.parse(value) as never);
