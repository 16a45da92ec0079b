import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { hasV6Models } from '../../infra/emulators/vision/reading/text-models.ts';
import { ocrModelsFolder } from '../../infra/native/install/ocr-models.ts';
import { healthUrlOf } from '../../infra/stack/ports.ts';
import { codedItem, eightBit, heif } from '../support/images/heif-boxes.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

const heic = () => readFile(new URL('../support/images/heic/volvo-ec220e.heic', import.meta.url));
const avif = async () =>
  sharp(await samplePhoto())
    .avif({ effort: 0 })
    .toBuffer();

describe('a photo as a telephone stores it', () => {
  test.each([
    ['HEIC', 'heic', heic, { brand: 'Volvo', model: 'EC220E' }],
    ['AVIF', 'avif', avif, { brand: 'Caterpillar', model: '320D' }],
  ])('%s is taken and recognised', async (_, extension, photo, aggregate) => {
    const { client } = story.newUser();
    const { correlationId } = await client.upload(await photo(), { signal: deadline() });
    expect(await endOf(client, correlationId)).toMatchObject({
      success: true,
      recognition: { aggregate },
      objectKey: expect.stringMatching(new RegExp(`\\.${extension}$`)),
    });
  });

  test('a hostile HEIC ends as a failure that says why, and the next one is recognised', async () => {
    const { client } = story.newUser();
    const giant = heif([codedItem(eightBit, { width: 60_000, height: 60_000 })]);
    const refused = await client.upload(giant, { signal: deadline() });
    expect(await endOf(client, refused.correlationId)).toMatchObject({
      success: false,
      failure: { code: 'IMAGE_TOO_LARGE' },
    });
    const next = await client.upload(await heic(), { signal: deadline() });
    expect(await endOf(client, next.correlationId)).toMatchObject({ success: true });
  });
});

test('local-vision says when PP-OCRv6 is missing, and nothing when it is there', async () => {
  const response = await fetch(`${healthUrlOf(story.stack.stack, 'local-vision')}/readyz`);
  const { warnings } = (await response.json()) as { warnings?: Record<string, string> };
  const isInstalled = hasV6Models(ocrModelsFolder());
  expect(warnings?.['models']).toEqual(
    isInstalled ? undefined : expect.stringContaining('PP-OCRv6'),
  );
});
