// Gateways in this process, on streams in memory and an issuer on a free port.
import type { Hono } from 'hono';
import { streamQueues } from '../../../contracts/topology.ts';
import { readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { silentLogger, type Logger } from '../../../platform/logger.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { RestClient } from '../../../platform/http/rest-client.ts';
import { createApp } from '../../../gateway/app.ts';
import { Feed, type FeedDeps } from '../../../gateway/feed/feed.ts';
import type { FeedField } from '../../../gateway/feed/cursor.ts';
import { NewestRuns } from '../../../gateway/feed/newest-runs.ts';
import { issuerKeys } from '../../../gateway/auth/issuer-keys.ts';
import { createMutationLimit } from '../../../gateway/limit-mutations.ts';
import { createUploadLimit } from '../../../gateway/limit-uploads.ts';
import { limitSettings, type Limits } from '../../../gateway/limits.ts';
import { createMetrics, type GatewayMetrics } from '../../../gateway/metrics.ts';
import { createOpenStreams, type OpenStreams } from '../../../gateway/graphql/open-streams.ts';
import { createTokenVerifier, type VerifyToken } from '../../../gateway/auth/verify-token.ts';
import { completedEvent, startedEvent, type AnnouncedRun } from './announced-run.ts';
import { LocalIssuer, audience, type TokenOptions } from './local-issuer.ts';
import { StreamBroker } from './stream-broker.ts';
import { eventually } from '../harness/eventually.ts';

export interface ReplicaOptions {
  /** Instead of the broker in memory, with streams of the test's own. */
  real?: { rabbit: RabbitConnection; queues: Record<FeedField, { name: string }> };
  ingestion?: RestClient['call'];
  orchestrator?: RestClient['call'];
  feed?: Partial<Pick<FeedDeps, 'windowMs' | 'bytes' | 'now' | 'markerTimeoutMs'>>;
  limits?: Partial<Limits>;
  mutationsPerMinute?: number;
  uploadsPerDay?: number;
  bytesPerDay?: number;
  verifyToken?: VerifyToken;
  logger?: Logger;
  corsOrigins?: string[];
}

export interface Replica {
  app: Hono;
  /** Of its GraphQL, on a port of its own. */
  url: string;
  feeds: { started: Feed; completed: Feed };
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
    await eventually(() => replica.feeds.started.caughtUp && replica.feeds.completed.caughtUp);
    return replica;
  }

  /** Listens, but may not have caught up. */
  async startingReplica(options: ReplicaOptions = {}): Promise<Replica> {
    const replica = await this.#build(options);
    this.#replicas.push(replica);
    return replica;
  }

  async #build(options: ReplicaOptions): Promise<Replica> {
    const health = createHealth({});
    const metrics: GatewayMetrics = createMetrics(health.registry);
    const logger = options.logger ?? silentLogger();
    const limits = { ...readConfig(limitSettings, {}), ...options.limits };
    const queues = options.real?.queues ?? streamQueues;
    const deps: FeedDeps = {
      rabbit: options.real?.rabbit ?? this.broker.connect(),
      runs: new NewestRuns(),
      windowMs: 3_600_000,
      bytes: 1_000_000,
      counters: metrics.feed,
      logger,
      now: Date.now,
      ...options.feed,
    };
    const feeds = {
      started: new Feed('started', queues.started, deps),
      completed: new Feed('completed', queues.completed, deps),
    };
    const streams = createOpenStreams({ limits, metrics });
    metrics.watch({
      openStreams: () => streams.size,
      feeds: [feeds.started, feeds.completed],
    });
    const app = createApp({
      verifyToken: options.verifyToken ?? this.verifyToken,
      ingestion: { call: options.ingestion ?? unavailable('tu-ingestion-service') },
      orchestrator: { call: options.orchestrator ?? noAnalyses },
      feeds,
      streams,
      metrics,
      mutations: createMutationLimit({
        perMinute: options.mutationsPerMinute ?? 1_200,
        redis: undefined,
        onRejected: () => metrics.mutationsRejected(),
      }),
      uploads: createUploadLimit({
        uploadsPerDay: options.uploadsPerDay ?? 1_000_000,
        bytesPerDay: options.bytesPerDay ?? Number.MAX_SAFE_INTEGER,
        redis: undefined,
        onRejected: (code) => metrics.uploadsRejected(code),
      }),
      limits,
      corsOrigins: options.corsOrigins ?? [],
      health,
      logger,
    });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      await streams.drain(0);
      await server.stop();
      await Promise.all([feeds.started.stop(), feeds.completed.stop()]);
    };
    return {
      app,
      url: `http://127.0.0.1:${server.port}/graphql`,
      feeds,
      streams,
      metrics: () => health.registry.metrics(),
      stop: () => (stopped ??= stop()),
    };
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
}

const noAnalyses: RestClient['call'] = () =>
  Promise.reject(new Problem(404, 'NOT_FOUND', 'analysis not found'));

const unavailable =
  (name: string): RestClient['call'] =>
  () =>
    Promise.reject(new Problem(503, 'UNREACHABLE', `${name} did not answer`, { retryAfter: 1 }));

/** Answers every call with this, in the agreed shape. */
export const answers =
  (value: unknown): RestClient['call'] =>
  ({ answer }) =>
    Promise.resolve(answer.parse(value) as never);
