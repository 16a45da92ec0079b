// The real orchestrator and recognition worker as processes that a test kills, in a namespace and a
// virtual host of their own, behind proxies that hold a step open for as long as it takes.
import { randomUUID } from 'node:crypto';
import amqplib from 'amqplib';
import { Hono } from 'hono';
import type { AnalysisCompleted } from '../../contracts/events.ts';
import type { RecognitionRequest } from '../../contracts/recognition.ts';
import { analysisWorkflowId, exchanges } from '../../contracts/topology.ts';
import { buildWorkflowBundle } from '../../infra/bundle.ts';
import { connectStack } from '../../infra/supervisor/control-client.ts';
import { listen } from '../../platform/http/http-server.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectTemporal } from '../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startProcess, type TestProcess } from './harness/process.ts';
import { analysisInput, openNamespace } from './harness/temporal.ts';
import { aRecognition } from './harness/workflows.ts';
import { openProxy, targetOf, through } from './harness/proxy.ts';
import { eventually } from './harness/eventually.ts';

/** A message of one of the two announcement exchanges, each time it came. */
export interface Announced {
  readonly exchange: string;
  readonly messageId: string;
  readonly body: AnalysisCompleted;
}

export type KillableWorkers = Awaited<ReturnType<typeof openKillableWorkers>>;

export async function openKillableWorkers() {
  const { address, namespace } = await openNamespace();
  const host = await openVirtualHost();
  const rabbitProxy = await openProxy(targetOf(host.url));
  const temporalProxy = await openProxy(targetOf(`temporal://${address}`));
  const adapter = await openAdapter();
  const bundle = await buildWorkflowBundle();
  const temporal = connectTemporal({
    address,
    namespace,
    identity: 'test',
    logger: silentLogger(),
  });
  await temporal.connected();

  const folders = { orchestrator: 'workers/orchestrator', recognition: 'workers/recognition' };
  const running = new Map<keyof typeof folders, TestProcess>();

  async function start(name: keyof typeof folders): Promise<void> {
    const worker = await startProcess(folders[name], {
      // Of the two, only the orchestrator's steps are held open.
      TEMPORAL_ADDRESS: name === 'orchestrator' ? `127.0.0.1:${temporalProxy.port}` : address,
      TEMPORAL_NAMESPACE: namespace,
      RABBITMQ_URL: through(rabbitProxy, host.url),
      VISION_ADAPTER_URL: adapter.url,
      WORKFLOW_BUNDLE: bundle.path,
      SWEEP_INTERVAL: '1s',
    });
    running.set(name, worker);
    await eventually(async () => {
      const { checks } = await worker.health('/readyz');
      return Object.values(checks).every((check) => check === 'ok');
    });
  }

  async function kill(name: keyof typeof folders): Promise<void> {
    await running.get(name)?.kill();
    running.delete(name);
  }

  return {
    temporal,
    rabbitProxy,
    temporalProxy,
    adapter,
    start,
    kill,
    /** Every delivery, repeats too, in order. */
    announced: (correlationId: string) =>
      host.announced.filter(({ messageId }) => messageId.startsWith(`${correlationId}:`)),
    handle: ({ correlationId }: AnalysisInput) =>
      temporal.client().workflow.getHandle(analysisWorkflowId(correlationId)),
    photo: (more: Partial<AnalysisInput> = {}) =>
      analysisInput({ patienceMs: 120_000, graceMs: 3_000, ...more }),
    async close() {
      await kill('orchestrator');
      await kill('recognition');
      adapter.answer();
      await Promise.all([rabbitProxy.close(), temporalProxy.close(), adapter.stop(), host.close()]);
      await temporal.close();
    },
  };
}

/** Takes what it is asked and answers all of it, from the moment it is told to. */
async function openAdapter() {
  const requests: RecognitionRequest[] = [];
  let barrier = Promise.withResolvers<undefined>();
  const server = await listen(
    new Hono().post('/v1/recognitions', async (c) => {
      requests.push(await c.req.json<RecognitionRequest>());
      await barrier.promise;
      return c.json(aRecognition);
    }),
    { host: '127.0.0.1', port: 0 },
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    stop: () => server.stop(),
    asked: (correlationId: string) =>
      requests.filter((request) => request.correlationId === correlationId).length,
    answer: () => {
      barrier.resolve(undefined);
    },
    wait: () => {
      barrier = Promise.withResolvers();
    },
  };
}

/** A virtual host of the test's own: the stack's orchestrator takes nothing of it, nor we of its. */
async function openVirtualHost() {
  const management = (await connectStack('test')).url('rabbitmq');
  const url = new URL(process.env['RABBITMQ_URL'] ?? '');
  const name = `test-${randomUUID()}`;
  const manage = async (method: string, path: string, body = {}) => {
    const credentials = Buffer.from(`${url.username}:${url.password}`).toString('base64');
    const answer = await fetch(`${management}/api${path}`, {
      method,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`);
  };
  await manage('PUT', `/vhosts/${name}`);
  const all = { configure: '.*', write: '.*', read: '.*' };
  await manage('PUT', `/permissions/${name}/${url.username}`, all);
  url.pathname = name;

  const announced: Announced[] = [];
  const connection = await amqplib.connect(url.href);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const exchange of [exchanges.analysisStarted, exchanges.analysisCompleted]) {
    await channel.assertExchange(exchange, 'fanout', { durable: true });
    await channel.bindQueue(queue, exchange, '');
  }
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      announced.push({
        exchange: message.fields.exchange,
        messageId: String(message.properties.messageId),
        body: JSON.parse(message.content.toString()) as AnalysisCompleted,
      });
    },
    { noAck: true },
  );
  return {
    url: url.href,
    announced,
    async close() {
      await connection.close();
      await manage('DELETE', `/vhosts/${name}`);
    },
  };
}
