import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { eventually } from '../support/harness/eventually.ts';
import {
  beginStory,
  deadline,
  readAll,
  samplePhoto,
  type Story,
} from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

describe('a photo to its result', () => {
  test('sends the client uploaded, started and completed, with brand, type and model', async () => {
    const { client } = story.newUser();
    const sent: number[] = [];
    const events = await readAll(
      client.analyze(await samplePhoto(), {
        filename: 'cat-320d.jpg',
        signal: deadline(),
        onProgress: ({ sentBytes, totalBytes }) => sent.push(sentBytes / totalBytes),
      }),
    );
    const [uploaded] = events;
    expect(events.at(-1)).toMatchObject({
      state: 'completed',
      correlationId: uploaded?.correlationId,
      objectKey: uploaded?.state === 'uploaded' && uploaded.objectKey,
      success: true,
      failure: null,
      recognition: {
        status: 'identified',
        aggregate: { brand: 'Caterpillar', type: 'Excavator', model: '320D', isConfident: true },
      },
    });
    expect(['uploaded,started,completed', 'uploaded,completed']).toContain(
      events.map(({ state }) => state).join(),
    );
    expect(sent.at(-1)).toBe(1);
  });

  test('answers a later subscriber with the same end at once, and lists the analysis', async () => {
    const { client } = story.newUser();
    const signal = deadline();
    const first = await readAll(client.analyze(await samplePhoto(), { signal }));
    const end = first.at(-1);
    const id = end?.correlationId ?? '';

    const again = await readAll(client.follow(id, { signal }));
    expect(again.at(-1)).toMatchObject({ state: 'completed', correlationId: id, success: true });
    // The end is announced first; a moment later the run itself is closed.
    await eventually(async () =>
      expect(await client.analysis(id)).toMatchObject({ state: 'COMPLETED', success: true }),
    );
    await eventually(async () => {
      const listed: string[] = [];
      for await (const { correlationId } of client.analyses({ signal })) listed.push(correlationId);
      expect(listed).toEqual([id]);
    });
  });

  test('analyses a photo without a brand, and is confident of none', async () => {
    const { client } = story.newUser();
    const photo = await samplePhoto('unbranded-tb235.jpg');
    const events = await readAll(client.analyze(photo, { signal: deadline() }));
    expect(events.at(-1)).toMatchObject({
      success: true,
      recognition: { aggregate: { isConfident: false } },
    });
  });

  test('prints one JSON object with the result in the terminal, and exits with 0', async () => {
    const main = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));
    const photo = fileURLToPath(new URL('../../client/samples/volvo-ec220e.jpg', import.meta.url));
    const run = await execa(process.execPath, [main, '--json', '--timeout', '90s', photo], {
      env: { TRACKUNIT_STACK: 'test' },
      reject: false,
    });
    expect(JSON.parse(run.stdout)).toMatchObject({
      photo,
      success: true,
      recognition: { aggregate: { brand: 'Volvo', model: 'EC220E' } },
    });
    expect(run.exitCode).toBe(0);
  });
});
