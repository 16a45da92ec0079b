// All keys are replaced, again and again, while photos come in.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { StartUploadPayload } from '../../contracts/schema.generated.ts';
import { keyFile, keysFolder } from '../../infra/keys/key-settings.ts';
import { cloneFolder } from '../../infra/stack/stack.ts';
import { eventually } from '../support/harness/eventually.ts';
import { askLoadVision, askLocalVision } from '../support/vision/use-load-vision.ts';
import { startSteadyLoad, unreceived } from '../support/steady-load.ts';
import { declarationOf, put } from '../support/upload-by-hand.ts';
import { beginStory, endOf, samplePhoto, type Story, type User } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await askLoadVision(story.stack);
});
afterAll(() => askLocalVision(story.stack));

async function rotate(...options: string[]): Promise<string> {
  const ops = join(cloneFolder, 'infra', 'commands', 'ops.ts');
  const { stdout } = await execa(process.execPath, [ops, 'keys', 'rotate', ...options], {
    env: { TRACKUNIT_STACK: 'test' },
  });
  return stdout;
}

/** Every process reads its files again after at most five seconds. */
async function untilReadByIngestion(user: User, photo: Uint8Array) {
  const file = keyFile(keysFolder(story.stack.stack), 'S3_UPLOAD_ACCESS_KEY');
  const key = (await readFile(file, 'utf8')).trim();
  await eventually(async () => {
    const { imageUploadPayload } = await user.client.startUpload(declarationOf(photo));
    const { searchParams } = new URL(imageUploadPayload.putUrl);
    expect(searchParams.get('X-Amz-Credential')?.split('/')[0]).toBe(key);
  });
}

test('fails no upload while keys are rotated twice and then ended at once', async () => {
  const photo = await samplePhoto();
  const user = story.newUser();
  const start = () => user.client.startUpload(declarationOf(photo));
  const putTo = ({ imageUploadPayload }: StartUploadPayload) => put(imageUploadPayload, photo);
  const confirm = ({ imageUploadPayload: { uploadId } }: StartUploadPayload) => {
    const { bytes, checksum } = declarationOf(photo);
    return user.client.confirmUpload({ uploadId, bytes, checksum });
  };
  const load = await startSteadyLoad({
    ...{ user: story.newUser(), gateways: [story.stack.url('graph-gateway')] },
    ...{ perSecond: 5, photo },
  });
  try {
    const [early, forgotten] = [await start(), await start()];
    await rotate();
    await untilReadByIngestion(user, photo);
    expect(await putTo(early)).toBe(200);
    await confirm(early);

    expect(await rotate()).toContain('5 deleted');
    expect(await putTo(forgotten)).toBe(403);
    await expect(confirm(forgotten)).rejects.toMatchObject({ status: 422 });

    await untilReadByIngestion(user, photo);
    const late = await start();
    expect(await rotate('--now')).toContain('10 deleted');
    expect(await putTo(late)).toBe(403);
    await eventually(() => expect(confirm(late)).rejects.toMatchObject({ status: 422 }));

    await load.finish();
    expect(load.sent.length).toBeGreaterThan(30);
    expect(load.sent.flatMap(({ refusals }) => refusals)).toEqual([]);
    expect(await endOf(user.client, early.correlationId)).toMatchObject({ success: true });
    await load.untilAllReceived();
    expect(unreceived(load.sent, load.received)).toEqual([]);
    expect(load.received.filter(({ success }) => !success)).toEqual([]);
  } finally {
    await load.close();
  }
}, 300_000);
