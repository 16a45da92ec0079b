import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PartName } from '../../infra/part.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from './story.ts';

const down = ['svc-messaging-bridge', 'svc-analysis-orchestrator', 'rabbitmq'] as const;

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterAll(bringBack);

async function bringBack() {
  const parts = await story.stack.parts();
  for (const name of [...down].reverse() satisfies PartName[])
    if (parts.find((part) => part.name === name)?.state !== 'ready') await story.stack.start(name);
}

describe('accepted while the rest is down', () => {
  test('without orchestrator, RabbitMQ and bridge photos are accepted, and analysed when they are back', async () => {
    const { client, token } = story.newUser();
    for (const name of down) await story.stack.stop(name);

    const photo = await samplePhoto();
    const signal = deadline();
    const uploads = [
      await client.upload(photo, { signal }),
      await client.upload(photo, { signal }),
    ];
    // What cannot be answered meanwhile says so, and when to come back.
    const ask = async (query: string) =>
      fetch(`${story.stack.url('graph-gateway')}/graphql`, {
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
    expect(await list.text()).toContain('"code":"UNREACHABLE"');

    const following = uploads.map(({ correlationId }) => endOf(client, correlationId));

    await bringBack();
    for (const end of await Promise.all(following))
      expect(end).toMatchObject({ state: 'completed', success: true });
  });
});
