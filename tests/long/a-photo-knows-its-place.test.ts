import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Analysis } from '../../contracts/schema.generated.ts';
import { post } from '../support/gateway/requests.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, deadline, type Story, type User } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await story.stack.restart('recognition-worker', { RECOGNITIONS_PER_SECOND: '1' });
}, 60_000);
afterAll(() => story.stack.restart('recognition-worker', {}));

/** No two of them have the same bytes. */
const photoOf = (n: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: n * 10, g: 90, b: 30 } } })
    .jpeg()
    .toBuffer();

async function uploadAll({ client }: User, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const photo = new Uint8Array(await photoOf(n));
    ids.push((await client.upload(photo, { signal: deadline() })).correlationId);
  }
  return ids;
}

test('20 photos behind a small quota fall to place 0, and never count those of another user', async () => {
  const [user, other] = [story.newUser(), story.newUser()];
  const [ids] = await Promise.all([uploadAll(user, 20), uploadAll(other, 20)]);
  const last = ids.at(-1) ?? '';
  const gateway = { url: `${story.stack.url('graph-gateway')}/graphql` };
  const query = `{ analysis(correlationId: "${last}") { state queue { ownAhead estimatedSeconds } } }`;
  const seen: { ownAhead: number; estimatedSeconds?: number | null | undefined }[] = [];
  await eventually(
    async () => {
      const token = await user.token({ renew: false });
      const answer = await post(gateway, query, { token });
      const { data } = (await answer.json()) as { data: { analysis: Analysis } };
      const { queue } = data.analysis;
      if (queue != null && queue.ownAhead !== seen.at(-1)?.ownAhead) seen.push(queue);
      expect(data.analysis).toEqual({ state: 'COMPLETED', queue: null });
    },
    { within: 120_000 },
  );
  const places = seen.map(({ ownAhead }) => ownAhead);
  expect(places[0]).toBeGreaterThan(3);
  expect(Math.max(...places)).toBeLessThan(20);
  expect(places).toEqual([...places].sort((a, b) => b - a));
  expect(places.at(-1)).toBeLessThanOrEqual(2);
  const estimates = seen.flatMap(({ estimatedSeconds }) => estimatedSeconds ?? []);
  expect(estimates.length).toBeGreaterThan(0);
  expect((await user.client.analysis(last))?.queue).toBeNull();
  expect(await other.client.analysis(ids[0] ?? '')).toBeNull();
}, 200_000);
