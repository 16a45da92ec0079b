import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { buildWorkflowBundle } from '../../infra/bundle.ts';
import { eventually } from '../support/harness/eventually.ts';
import { freePort } from '../../infra/supervisor/preflight.ts';
import { startProcess, type TestProcess } from '../support/harness/process.ts';
import { openProxy, targetOf, type Proxy } from '../support/harness/proxy.ts';
import { openNamespace } from '../support/harness/temporal.ts';

let proxy: Proxy;
let namespace: string;
let running: TestProcess | undefined;
let bundle: string;
beforeAll(async () => {
  const own = await openNamespace();
  namespace = own.namespace;
  proxy = await openProxy(targetOf(`temporal://${own.address}`));
  bundle = (await buildWorkflowBundle()).path;
});
afterEach(() => running?.kill());
afterAll(() => proxy.close());

test.each(['workers/orchestrator', 'workers/recognition'])(
  'starts %s without its servers, names them, connects to Temporal later, and stops on SIGTERM without it',
  async (folder) => {
    proxy.refuse();
    running = await startProcess(folder, {
      TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`,
      TEMPORAL_NAMESPACE: namespace,
      RABBITMQ_URL: `amqp://127.0.0.1:${await freePort()}`, // nobody there
      WORKFLOW_BUNDLE: bundle,
    });
    const { health, call, stop } = running;
    const without = await health('/readyz');
    expect(without.status).toBe(200); // a server that is unavailable is named, not failed
    expect(without.checks).toMatchObject({
      temporal: expect.stringMatching(/Temporal is unavailable/),
    });
    if (folder === 'workers/orchestrator') {
      expect(without.checks).toMatchObject({ rabbitmq: 'unavailable' });
      const answer = await call('/v1/analyses/019a53c4-7c10-7d3a-9a52-1f0c3a7be001');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    }

    const temporalIs = (words: RegExp) =>
      eventually(async () => words.test((await health('/readyz')).checks['temporal'] ?? ''));
    proxy.accept();
    await temporalIs(/^ok$/);
    proxy.refuse();
    await temporalIs(/no answer/);
    expect((await health('/livez')).status).toBe(200);
    expect(await stop()).toBe(0); // with nobody to say goodbye to
  },
);
