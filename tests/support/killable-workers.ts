// The real orchestrator and recognition worker as processes that a test kills, in a namespace and a
// virtual host of their own, behind proxies that hold a step open for as long as it takes.
import type { AnalysisCompleted } from '../../contracts/events.ts';
import { analysisWorkflowId, exchanges } from '../../contracts/topology.ts';
import { buildWorkflowBundle } from '../../infra/bundle.ts';
import { connectStack } from '../../infra/supervisor/control-client.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectTemporal } from '../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { startProcess, type TestProcess } from './harness/process.ts';
import { analysisInput, openNamespace } from './harness/temporal.ts';
import { aRecognition, startAdapterStub } from './harness/adapter-stub.ts';
import { rabbitUrl } from './harness/environment.ts';
import { recordExchanges } from './messaging/rabbitmq.ts';
import { openVirtualHost } from './messaging/rabbitmq-management.ts';
import { openProxy, targetOf, through } from './harness/proxy.ts';
import { eventually } from './harness/eventually.ts';

export type KillableWorkers = Awaited<ReturnType<typeof openKillableWorkers>>;

export async function openKillableWorkers() {
  const { address, namespace } = await openNamespace();
  const host = await openVirtualHost(await connectStack('test'), rabbitUrl);
  const announcements = await recordExchanges(
    [exchanges.analysisStarted, exchanges.analysisCompleted],
    host.url,
  );
  const rabbitProxy = await openProxy(targetOf(host.url));
  const temporalProxy = await openProxy(targetOf(`temporal://${address}`));
  const adapter = await openWaitingAdapter();
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
      announcements.about(correlationId).map(({ body, ...message }) => ({
        ...message,
        body: JSON.parse(body.toString()) as AnalysisCompleted,
      })),
    handle: ({ correlationId }: AnalysisInput) =>
      temporal.client().workflow.getHandle(analysisWorkflowId(correlationId)),
    photo: (more: Partial<AnalysisInput> = {}) =>
      analysisInput({ patienceMs: 120_000, graceMs: 3_000, ...more }),
    async close() {
      await kill('orchestrator');
      await kill('recognition');
      adapter.answer();
      await Promise.all([rabbitProxy.close(), temporalProxy.close(), adapter.stop()]);
      await Promise.all([announcements.stop(), temporal.close()]);
      await host.close();
    },
  };
}

/** Answers nothing until the test says so, then every request. */
async function openWaitingAdapter() {
  let barrier = Promise.withResolvers<undefined>();
  const stub = await startAdapterStub(async () => {
    await barrier.promise;
    return Response.json(aRecognition);
  });
  return {
    ...stub,
    answer: () => barrier.resolve(undefined),
    wait: () => {
      barrier = Promise.withResolvers();
    },
  };
}
