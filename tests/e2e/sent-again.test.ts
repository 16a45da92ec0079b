// The same photo sent again, and what its owner sees of the photo, on the running stack.
import { beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { CompletedEvent } from '../../client/sdk/index.ts';
import { post } from '../support/gateway/requests.ts';
import { eventually } from '../support/harness/eventually.ts';
import {
  beginStory,
  deadline,
  readAll,
  samplePhoto,
  type Story,
  type User,
} from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

async function analyze({ client }: User, photo: Uint8Array): Promise<CompletedEvent> {
  const events = await readAll(client.analyze(photo, { signal: deadline() }));
  return events.at(-1) as CompletedEvent;
}

test('answers a photo sent again with the first recognition, named, and another owner with one of their own', async () => {
  const [user, other] = [story.newUser(), story.newUser()];
  const photo = await samplePhoto();
  const first = await analyze(user, photo);
  const second = await analyze(user, photo);
  const third = await analyze(user, photo);
  expect([first, second, third].map(({ duplicateOf }) => duplicateOf)).toEqual([
    ...[null, first.correlationId, first.correlationId],
  ]);
  expect(second.recognition).toEqual(first.recognition);
  expect((await analyze(other, photo)).duplicateOf).toBeNull();
  expect((await analyze(user, await samplePhoto())).duplicateOf).toBeNull();

  await eventually(async () => {
    const url = `${story.stack.url('graph-gateway')}/export?format=jsonl`;
    const token = await user.token({ renew: false });
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const rows = (await answer.text()).split('\n').filter((line) => line !== '');
    const exported = rows.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exported).toContainEqual(
      expect.objectContaining({
        correlationId: second.correlationId,
        duplicateOf: first.correlationId,
        evidence: second.recognition?.evidence,
      }),
    );
  });
});

test('shows where name and number stand, and a preview, to the owner alone', async () => {
  const user = story.newUser();
  const { correlationId, recognition } = await analyze(user, await samplePhoto());
  expect(recognition?.evidence.map(({ source }) => source)).toEqual(
    expect.arrayContaining(['WORD', 'MODEL_NUMBER']),
  );
  for (const { box } of recognition?.evidence ?? []) expect(box?.width).toBeGreaterThan(0.01);

  const query = `{ analysis(correlationId: "${correlationId}") {
    recognitionPayload { provider { rulesVersion } evidence { source box { x } } }
    duplicateOf photo { url previewUrl } } }`;
  const ask = async (who: User) => {
    const url = `${story.stack.url('graph-gateway')}/graphql`;
    const answer = await post({ url }, query, { token: await who.token({ renew: false }) });
    return (await answer.json()) as {
      data: { analysis: { photo: { previewUrl: string | null } } | null };
    };
  };
  const previewUrl = await eventually(async () => {
    const { data } = await ask(user);
    expect(data.analysis).toMatchObject({
      recognitionPayload: { provider: { rulesVersion: expect.stringMatching(/^[0-9a-f]{12}$/) } },
      photo: { previewUrl: expect.stringContaining('/previews/') },
    });
    return data.analysis?.photo.previewUrl ?? '';
  });
  const preview = Buffer.from(await (await fetch(previewUrl)).arrayBuffer());
  const { format, width, height, exif } = await sharp(preview).metadata();
  expect({ format, exif }).toEqual({ format: 'jpeg', exif: undefined });
  expect(Math.max(width, height)).toBeLessThanOrEqual(1280);
  expect(await ask(story.newUser())).toEqual({ data: { analysis: null } });
});
