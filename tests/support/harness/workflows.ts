// A harness for tests of the workflow: the real Temporal server, a namespace of its own, the real
// workers, an HTTP server that speaks the adapter's contract, and announcements kept for reading.
import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { AnalysisCompleted } from '../../../contracts/events.ts';
import type { RecognitionRequest } from '../../../contracts/recognition.ts';
import { analysisWorkflowId, exchanges, streamQueues } from '../../../contracts/topology.ts';
import { silentLogger } from '../../../platform/logger.ts';
import type { RabbitConnection, RabbitMessage } from '../../../platform/rabbitmq/rabbitmq.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import { connectTemporal, type Temporal } from '../../../platform/temporal/temporal.ts';
import {
  runTemporalWorker,
  type RunningWorker,
} from '../../../platform/temporal/temporal-worker.ts';
import { buildWorkflowBundle } from '../../../infra/bundle.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { recognized, startAdapterStub, type AdapterAnswer } from './adapter-stub.ts';
import { analysisInput, openNamespace } from './temporal.ts';
import { announceUnannouncedRuns } from '../../../workers/orchestrator/unannounced-runs/announce-unannounced-runs.ts';
import { followOpenRuns } from '../../../workers/orchestrator/open-runs/open-runs.ts';
import { prepareTemporal } from '../../../workers/orchestrator/prepare-temporal.ts';
import { workflowWorker } from '../../../workers/orchestrator/run-workflows.ts';
import { recognitionWorker } from '../../../workers/recognition/run-recognitions.ts';

/** The adapter takes the request and says nothing until the harness closes. */
export const noAnswer = 'no answer';

export interface WorkflowHarness {
  readonly temporal: Temporal;
  readonly client: Client;
  /** Sets the adapter's answer to the requests of one photo. */
  adapterAnswers(correlationId: string, answer: AdapterAnswer | typeof noAnswer): void;
  /** The requests that reached the adapter for one photo. */
  asked(correlationId: string): readonly RecognitionRequest[];
  /** As a consumer sees them: a repeat of an event id is dropped. */
  announced(correlationId: string): readonly RabbitMessage[];
  ends(correlationId: string): readonly AnalysisCompleted[];
  /** Makes the publisher fail for one photo until it is called again with false. */
  publisherFails(correlationId: string, fails: boolean): void;
  photo(more?: Partial<AnalysisInput>): AnalysisInput;
  handle(input: AnalysisInput): WorkflowHandle;
  /** One more workflow worker, of this or another build, on a connection of its own. */
  runBuild(bundle: string): RunningWorker;
  close(): Promise<void>;
}

// Failures are what these tests are about: only errors are worth a line.
Runtime.install({
  shutdownSignals: [],
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
});

export interface HarnessOptions {
  readonly recognitionsPerSecond?: number;
  /** 0: each task replays its run from the first event. */
  readonly maxCachedWorkflows?: number;
  /** False: none runs until {@link WorkflowHarness.runBuild}. */
  readonly workflowWorker?: boolean;
}

/** Once per test file. Unannounced runs are looked for every second, so that a test can wait for it. */
export async function openWorkflowHarness(options: HarnessOptions = {}): Promise<WorkflowHarness> {
  const logger = silentLogger();
  const { address, namespace } = await openNamespace();
  const connections: Temporal[] = [];
  const connect = () => {
    const connection = connectTemporal({ address, namespace, identity: 'test', logger });
    connections.push(connection);
    return connection;
  };
  const temporal = connect();
  const closing = new AbortController();
  await temporal.connected();
  await prepareTemporal({ temporal, logger, stopping: closing.signal });

  const answers = new Map<string, AdapterAnswer | typeof noAnswer>();
  const closed = Promise.withResolvers<Response>();
  const stub = await startAdapterStub((request, attempt) => {
    const answer = answers.get(request.correlationId) ?? recognized;
    return answer === noAnswer ? closed.promise : answer(request, attempt);
  });
  const adapter = createRestClient({
    name: 'adapter of the test',
    baseUrl: stub.url,
    internalToken: randomBytes(16).toString('hex'),
  });

  const messages: RabbitMessage[] = [];
  const failing = new Set<string>();
  const of = (correlationId: string) =>
    messages.filter(
      ({ messageId }, at) =>
        messageId.startsWith(`${correlationId}:`) &&
        messages.findIndex((earlier) => earlier.messageId === messageId) === at,
    );
  const readers = new Map<string, Parameters<RabbitConnection['readStream']>[2]>();
  const publisher = {
    publish(message: RabbitMessage) {
      const [correlationId = ''] = message.messageId.split(':');
      if (failing.has(correlationId)) return Promise.reject(new Error('RabbitMQ unavailable'));
      messages.push(message);
      for (const { name, exchange } of Object.values(streamQueues))
        if (exchange === message.exchange)
          void readers.get(name)?.({ ...message, deliveryCount: 0, offset: messages.length });
      return Promise.resolve();
    },
    declare: () => Promise.resolve(),
  };
  const streams: Pick<RabbitConnection, 'readStream'> = {
    readStream(queue, _, handler) {
      readers.set(queue, handler);
      const done = () => Promise.resolve();
      return { stop: done, pause: done, resume: () => undefined };
    },
  };
  const looking = announceUnannouncedRuns({
    temporal,
    openRuns: followOpenRuns({ rabbit: streams, logger }),
    intervalMs: 1_000,
    logger,
    stopping: closing.signal,
  });
  const workers = [
    runTemporalWorker(
      temporal,
      recognitionWorker({
        adapter,
        limits: { perSecond: options.recognitionsPerSecond ?? 100, atOnce: 100 },
      }),
      logger,
    ),
  ];
  const runBuild = (bundle: string, connection = connect()) => {
    const { maxCachedWorkflows } = options;
    const worker = runTemporalWorker(
      connection,
      {
        ...workflowWorker({ bundle, publisher }),
        ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
      },
      logger,
    );
    workers.push(worker);
    return worker;
  };
  if (options.workflowWorker !== false) {
    const bundle = await buildWorkflowBundle();
    runBuild(bundle.path, temporal); // on one connection with the client, as in the orchestrator
  }

  return {
    temporal,
    client: temporal.client(),
    adapterAnswers: (correlationId, answer) => void answers.set(correlationId, answer),
    asked: stub.asked,
    announced: of,
    ends: (correlationId) =>
      of(correlationId)
        .filter((message) => message.exchange === exchanges.analysisCompleted)
        .map((message) => JSON.parse(message.body.toString()) as AnalysisCompleted),
    publisherFails(correlationId, fails) {
      if (fails) failing.add(correlationId);
      else failing.delete(correlationId);
    },
    photo: analysisInput,
    handle: (input) =>
      temporal.client().workflow.getHandle(analysisWorkflowId(input.correlationId)),
    runBuild: (bundle) => runBuild(bundle),
    async close() {
      closing.abort();
      await looking;
      const stopped = workers.map((worker) => worker.stop());
      closed.resolve(
        Response.json({ code: 'BUSY', detail: 'the harness closes' }, { status: 503 }),
      );
      await Promise.all(stopped);
      await stub.stop();
      const connection = await temporal.connected();
      await temporal.withTimeout(10_000, () =>
        connection.operatorService.deleteNamespace({ namespace }),
      );
      await Promise.all(connections.map((one) => one.close()));
    },
  };
}
