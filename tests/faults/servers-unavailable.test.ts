// Each shared server stopped in turn: who needs it names it, and no process is taken out of service for it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { healthUrlOf } from '../../infra/stack/ports.ts';
import type { ServiceName } from '../../infra/stack/service.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../support/harness/users.ts';
import { journeyProcesses } from '../support/journey-processes.ts';

type ProcessName = (typeof journeyProcesses)[number];

/** Who names which server when it is unavailable, and as what. */
const namedBy: readonly (readonly [server: ServiceName, by: readonly ProcessName[], as: string])[] =
  [
    ['kafka', ['tu-ingestion-service', 'svc-ai-vision-adapter', 'svc-messaging-bridge'], 'kafka'],
    [
      'rabbitmq',
      ['graph-gateway', 'svc-messaging-bridge', 'svc-analysis-orchestrator'],
      'rabbitmq',
    ],
    ['versitygw', ['tu-ingestion-service', 'tu-media-access-service'], 'object-store'],
    ['temporal', ['svc-analysis-orchestrator', 'recognition-worker'], 'temporal'],
  ];

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterAll(async () => {
  for (const [server] of namedBy) await story.stack.start(server);
});

async function ask(process: ProcessName, path: '/livez' | '/readyz') {
  const answer = await fetch(`${healthUrlOf(story.stack.stack, process)}${path}`);
  const { checks } = (await answer.json()) as { checks: Record<string, string> };
  const missing = Object.keys(checks).filter((name) => checks[name] !== 'ok');
  return { status: answer.status, missing };
}

test.each(namedBy)(
  'keeps every process ready and alive without %s, which %j name in readyz',
  async (server, by, as) => {
    await story.stack.stop(server);
    await eventually(
      async () => {
        for (const process of journeyProcesses) {
          const { status, missing } = await ask(process, '/readyz');
          const named = by.includes(process) ? [as] : [];
          expect([process, status, missing.filter((name) => name !== 'feeds')]).toEqual([
            process,
            200,
            named,
          ]);
          expect([process, (await ask(process, '/livez')).status]).toEqual([process, 200]);
        }
      },
      { within: 20_000 },
    );
    await story.stack.start(server);
    await eventually(
      async () => {
        for (const process of journeyProcesses)
          expect([process, (await ask(process, '/readyz')).missing]).toEqual([process, []]);
      },
      { within: 60_000 },
    );
  },
);

test('accepts photos without RabbitMQ, Temporal, bridge, orchestrator and Vision, also after a restart, and analyses them when all are back', async () => {
  const { stack } = story;
  const { client, token } = story.newUser();
  const down = [
    'svc-messaging-bridge',
    'svc-analysis-orchestrator',
    'recognition-worker',
    'local-vision',
    'temporal',
    'rabbitmq',
  ] as const satisfies ServiceName[];
  for (const name of down) await stack.stop(name);
  try {
    const photo = await samplePhoto();
    const signal = deadline();
    const before = await client.upload(photo, { signal });
    await stack.restart('tu-ingestion-service');
    await stack.restart('graph-gateway');
    const after = await client.upload(photo, { signal });
    // What cannot be answered meanwhile says so, and when to come back.
    const ask = async (query: string) =>
      fetch(`${stack.url('graph-gateway')}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token()}`,
          'content-type': 'application/json',
          accept: query.startsWith('subscription') ? 'text/event-stream' : 'application/json',
        },
        body: JSON.stringify({ query }),
      });
    const feed = await ask('subscription { onAnalysisCompleted { eventId } }');
    expect([feed.status, feed.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await feed.text()).toContain('FEED_UNAVAILABLE');
    const list = await ask('{ analyses { pageInfo { hasNextPage } } }');
    expect(await list.json()).toMatchObject({ data: { analyses: { pageInfo: {} } } }); // the register's

    const following = [before, after].map(({ correlationId }) => endOf(client, correlationId));
    for (const name of [...down].reverse()) await stack.start(name);
    for (const end of await Promise.all(following)) expect(end).toMatchObject({ success: true });
  } finally {
    for (const name of [...down].reverse()) await stack.start(name);
  }
});
