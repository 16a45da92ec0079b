import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/harness/eventually.ts';
import { checksumOf, declarationOf, put } from '../support/upload-by-hand.ts';
import {
  beginStory,
  completedIn,
  deadline,
  endOf,
  samplePhoto,
  watchFeed,
  type Story,
} from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

describe('two owners never see each other', () => {
  test('hides an analysis from another owner in feeds, by correlationId, in lists and by upload token', async () => {
    const [ann, ben] = [story.newUser().client, story.newUser().client];
    const signal = deadline();
    const [annsFeed, bensFeed] = [await watchFeed(ann), await watchFeed(ben)];
    const photo = await samplePhoto();

    const anns = await ann.upload(photo, { signal });
    await annsFeed.ended([anns.correlationId]);
    const bens = await ben.upload(photo, { signal });
    await bensFeed.ended([bens.correlationId]); // later in the same stream: Ann's would be before it
    await Promise.all([annsFeed.stop(), bensFeed.stop()]);
    expect(completedIn(annsFeed.events)).toEqual([anns.correlationId]);
    expect(completedIn(bensFeed.events)).toEqual([bens.correlationId]);
    expect(new Set(bensFeed.events.map(({ correlationId }) => correlationId))).toEqual(
      new Set([bens.correlationId]),
    );

    expect(await ben.analysis(anns.correlationId)).toBeNull();
    await eventually(async () => {
      const listed: string[] = [];
      for await (const { correlationId } of ben.analyses({ signal })) listed.push(correlationId);
      expect(listed).toEqual([bens.correlationId]);
    });
  });

  test('sends nothing about another owner’s analysis, as about one that does not exist', async () => {
    const [ann, ben] = [story.newUser().client, story.newUser().client];
    const { correlationId } = await ann.upload(await samplePhoto(), { signal: deadline() });
    const over = new AbortController();
    const received: unknown[] = [];
    const eavesdropping = (async () => {
      for await (const event of ben.follow(correlationId, { signal: over.signal }))
        received.push(event);
    })();
    eavesdropping.catch(() => undefined); // aborted below
    await endOf(ann, correlationId);
    // A later subscriber gets the end at once, if it is theirs: time for that, and more.
    const late = ben.follow(correlationId, { signal: AbortSignal.timeout(3_000) });
    await expect(late[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    over.abort();
    await expect(eavesdropping).rejects.toBe(over.signal.reason);
    expect(received).toEqual([]);
  });

  test('refuses to confirm or renew another owner’s upload, and leaves it unchanged', async () => {
    const [ann, ben] = [story.newUser().client, story.newUser().client];
    const photo = await samplePhoto();
    const { imageUploadPayload } = await ann.startUpload(declarationOf(photo));
    expect(await put(imageUploadPayload, photo)).toBe(200);
    const { uploadId } = imageUploadPayload;
    const claim = { uploadId, bytes: photo.length, checksum: checksumOf(photo) };
    const refusal = { name: 'UploadRefusedError', status: 404 };
    await expect(ben.confirmUpload(claim)).rejects.toMatchObject(refusal);
    await expect(ben.renewUpload({ uploadId })).rejects.toMatchObject(refusal);
    expect(await ann.confirmUpload(claim)).toEqual({ status: 'Accepted' });
  });
});
