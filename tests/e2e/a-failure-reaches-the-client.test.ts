import { beforeAll, describe, expect, test } from '@jest/globals';
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

describe('a failure reaches the client', () => {
  test('ends a photo that cannot be decoded with success: false, its code and its reason', async () => {
    const { client } = story.newUser();
    const damaged = (await samplePhoto()).subarray(0, 2_000); // begins as a JPEG and breaks off
    const events = await readAll(client.analyze(damaged, { signal: deadline() }));
    const end = events.at(-1);
    expect(end).toMatchObject({
      state: 'completed',
      success: false,
      recognition: null,
      failure: { code: 'IMAGE_UNREADABLE', message: expect.stringMatching(/\w+ \w+/) },
    });
    await eventually(async () =>
      expect(await client.analysis(end?.correlationId ?? '')).toMatchObject({
        state: 'FAILED',
        success: false,
        failure: { code: 'IMAGE_UNREADABLE' },
      }),
    );
  });
});
