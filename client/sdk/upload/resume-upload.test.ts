import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cutConnection, refused } from '../../../tests/support/gateway/scripted-answers.ts';
import { jpeg, testClient } from '../../../tests/support/gateway/test-client.ts';
import { startTestGateway, type TestGateway } from '../../../tests/support/gateway/test-gateway.ts';
import type { TrackunitClient } from '../client.ts';
import type { StartUploadPayload } from '../graphql/api.generated.ts';

let gateway: TestGateway;
let client: TrackunitClient;
beforeEach(async () => {
  gateway = await startTestGateway();
  client = testClient(gateway);
});
afterEach(() => gateway.stop());

const counts = () => [
  gateway.count('StartUpload'),
  gateway.count('RenewUpload'),
  gateway.count('PUT'),
  gateway.count('ConfirmUpload'),
];

/** Ended by its page while it was under way. */
async function interrupted(at: 'PUT' | 'ConfirmUpload'): Promise<StartUploadPayload> {
  const opened: StartUploadPayload[] = [];
  const closed = new AbortController();
  gateway.answerNext(at, (c) => {
    closed.abort(new Error('the page was closed'));
    return cutConnection(c);
  });
  const uploading = client.upload(jpeg(), {
    signal: closed.signal,
    onOpened: (upload) => void opened.push(upload),
  });
  await expect(uploading).rejects.toThrow('the page was closed');
  const [upload] = opened;
  if (upload === undefined) throw new Error('no upload was opened');
  return upload;
}

test('goes on under the same upload when the page was closed in mid-upload', async () => {
  const resume = await interrupted('PUT');
  const { correlationId } = await client.upload(jpeg(), { resume });
  expect(correlationId).toBe(resume.correlationId);
  expect(counts()).toEqual([1, 1, 2, 2]);
});

test('sends no byte again that has arrived', async () => {
  const resume = await interrupted('ConfirmUpload');
  const { correlationId } = await client.upload(jpeg(), { resume });
  expect(correlationId).toBe(resume.correlationId);
  expect(counts()).toEqual([1, 0, 1, 2]);
});

test('opens another upload, and says so before its first byte, where the former has expired', async () => {
  const resume = await interrupted('PUT');
  gateway.answerNext('ConfirmUpload', () => refused('confirmUpload', 410, 'UPLOAD_EXPIRED'));
  gateway.answerNext('RenewUpload', () => refused('renewUpload', 410, 'UPLOAD_EXPIRED'));
  const opened: string[] = [];
  const { correlationId } = await client.upload(jpeg(), {
    resume,
    onOpened: (upload) => {
      opened.push(upload.correlationId);
      expect(gateway.count('PUT')).toBe(1);
    },
  });
  expect(correlationId).not.toBe(resume.correlationId);
  expect(opened).toEqual([correlationId]);
});
