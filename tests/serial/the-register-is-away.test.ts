import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/harness/eventually.ts';
import { codes, post } from '../support/gateway/requests.ts';
import {
  beginStory,
  completedIn,
  deadline,
  endOf,
  readAll,
  samplePhoto,
  watchFeed,
  type Story,
} from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterEach(async () => {
  await story.stack.start('postgresql');
  await story.stack.start('tu-register-service');
});

const idsOf = async (of: AsyncIterable<{ correlationId: string }>) => {
  const ids: string[] = [];
  for await (const { correlationId } of of) ids.push(correlationId);
  return ids;
};

test.each(['tu-register-service', 'postgresql'] as const)(
  'analyses, subscribes and finds while %s is stopped; lists say why, and hold all once it is back',
  async (service) => {
    const { stack } = story;
    const user = story.newUser();
    const photo = await samplePhoto();
    const feed = await watchFeed(user.client);
    try {
      await stack.stop(service);

      const { correlationId } = await user.client.upload(photo, { signal: deadline() });
      await feed.ended([correlationId]);
      expect((await endOf(user.client, correlationId)).success).toBe(true);
      await eventually(async () => {
        const known = await user.client.analysis(correlationId);
        expect(known?.state).toBe('COMPLETED'); // a run closes after its end was announced
      });
      const gateway = { url: `${stack.url('graph-gateway')}/graphql` };
      const token = await user.token({ renew: false });
      const list = await post(gateway, '{ analyses { totalCount } }', { token });
      expect(await codes(list)).toEqual(['REGISTER_UNAVAILABLE']);
      const acts = ['redoAnalysis', 'deleteAnalysis', 'correctAnalysis'].map(
        (act) => `mutation { ${act}(correlationId: "${correlationId}") { correlationId } }`,
      );
      for (const act of acts)
        expect(await codes(await post(gateway, act, { token }))).toEqual(['REGISTER_UNAVAILABLE']);

      await stack.start(service);
      const { completed } = await user.client.feedCursors();
      const listed = user.client.analyses({ atLeast: completed, signal: deadline() });
      expect(await idsOf(listed)).toEqual([correlationId]);
    } finally {
      await feed.stop();
    }
  },
);

test('misses nothing behind an expired cursor while the register lags by ten seconds', async () => {
  const { stack } = story;
  const user = story.newUser();
  const photo = await samplePhoto();
  await stack.freeze('tu-register-service');
  const thawed = eventually(() => Date.now() > frozenAt + 10_000, { within: 20_000 }).then(() =>
    stack.thaw('tu-register-service'),
  );
  const frozenAt = Date.now();
  try {
    const journeys = [0, 1, 2].map(() =>
      readAll(user.client.analyze(photo, { signal: deadline() })),
    );
    const missed = (await Promise.all(journeys)).map((events) => events[0]?.correlationId ?? '');
    // As of a gateway whose window begins behind them.
    const position = `0:00000000:${frozenAt}`;
    const from = Buffer.from(`events:${position}/${position}`).toString('base64url');
    const over = new AbortController();
    const seen: Parameters<typeof completedIn>[0][number][] = [];
    const watching = (async () => {
      for await (const event of user.client.watch({ from, signal: over.signal })) seen.push(event);
    })().catch(() => undefined);
    await eventually(() => expect(completedIn(seen)).toHaveLength(3), { within: 60_000 });
    over.abort();
    await watching;
    expect(completedIn(seen).sort()).toEqual(missed.sort());
    expect(Date.now() - frozenAt).toBeGreaterThan(10_000);
  } finally {
    await thawed;
  }
});
