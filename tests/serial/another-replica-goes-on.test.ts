import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/harness/eventually.ts';
import {
  beginStory,
  completedIn,
  deadline,
  samplePhoto,
  startedIn,
  watchFeed,
  type Story,
} from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await story.stack.start('graph-gateway-2');
});
afterAll(async () => {
  await story.stack.ready('graph-gateway');
  await story.stack.stop('graph-gateway-2');
});

describe('another replica goes on', () => {
  test('resumes the feed of a client at another replica without gap or repeat', async () => {
    const { stack } = story;
    const user = story.newUser();
    // A load balancer in one line: requests go to the replica that is up.
    let replica = stack.url('graph-gateway');
    const balanced: typeof fetch = (input, init) =>
      fetch((input as string).replace(stack.url('graph-gateway'), replica), init);
    const feed = await watchFeed(user.through({ fetch: balanced }));
    const uploader = user.through({ url: stack.url('graph-gateway-2') });
    const photo = await samplePhoto();
    const uploads: string[] = [];
    const upload = async () => {
      uploads.push((await uploader.upload(photo, { signal: deadline() })).correlationId);
    };

    await upload();
    await feed.ended(uploads); // received from the first replica
    await stack.kill('graph-gateway');
    await upload(); // while the client is connected to nobody
    await upload();
    await eventually(
      async () => {
        const known = await uploader.analysis(uploads[1] ?? '');
        expect(known?.state).toBe('COMPLETED');
      },
      { within: 60_000 },
    );
    replica = stack.url('graph-gateway-2');
    await upload();
    await feed.ended(uploads);
    await feed.stop();

    expect(completedIn(feed.events).sort()).toEqual([...uploads].sort());
    const started = startedIn(feed.events); // a `started` overtaken by its end is left out
    expect(new Set(started).size).toBe(started.length);
  });
});
