// No key, token or signed URL stands in a log, an answer or a history, whatever failed.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { declarationOf, put } from '../support/upload-by-hand.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterAll(async () => {
  await story.stack.start('versitygw');
  await story.stack.restart('tu-ingestion-service', {});
});

/** The store's keys, root's too, both halves, and every other secret of the stack. */
function secrets(): Map<string, string> {
  const { folder, secrets: own } = story.stack.stack;
  const known = new Map<string, string>(
    Object.entries(own).filter(([name]) => name !== 'RABBITMQ_USER'),
  );
  const keys = join(folder, 'keys');
  for (const generation of readdirSync(keys).filter((name) => /^\d{8}T/.test(name)))
    for (const file of readdirSync(join(keys, generation)))
      known.set(`${generation}/${file}`, readFileSync(join(keys, generation, file), 'utf8').trim());
  // The mark of a generation that ends older ones is a file without content.
  return new Map([...known].filter(([, value]) => value !== ''));
}

const shapes = {
  'a presigned URL': /X-Amz-Signature|X-Amz-Credential/i,
  'the place of an upload': /incoming\/[0-9a-f]{32}/,
  'an access token': /Bearer ey/,
} as const;

function expectNoSecret(where: string, text: string): void {
  for (const [name, value] of secrets())
    expect([where, name, text.includes(value)]).toEqual([where, name, false]);
  for (const [name, shape] of Object.entries(shapes))
    expect([where, name, shape.exec(text)?.[0]]).toEqual([where, name, undefined]);
}

test('writes no secret into logs and answers, whether uploads succeed, are refused or meet an unavailable store', async () => {
  const { client } = story.newUser();
  const answers: string[] = [];
  const keepAnswer = async (work: Promise<unknown>) => {
    const outcome = await work.catch((error: unknown) => error as Error & { remedy?: string });
    answers.push(`${JSON.stringify(outcome)} ${String(outcome)} ${(outcome as Error).stack ?? ''}`);
  };
  const photo = await samplePhoto();
  const { correlationId } = await client.upload(photo, { signal: deadline() });
  expect(await endOf(client, correlationId)).toMatchObject({ success: true });

  const brief = { retryForMs: 1_000 };
  const started = await client.startUpload(declarationOf(photo));
  const { uploadId } = started.imageUploadPayload;
  const { bytes, checksum } = declarationOf(photo);
  await keepAnswer(client.confirmUpload({ uploadId, bytes, checksum }, brief)); // nothing is there
  expect(await put(started.imageUploadPayload, photo.subarray(0, 100))).not.toBe(200);
  await keepAnswer(client.confirmUpload({ uploadId, bytes: bytes + 1, checksum }, brief));
  await keepAnswer(story.newUser().client.renewUpload({ uploadId }, brief));
  await story.stack.stop('versitygw');
  await keepAnswer(client.confirmUpload({ uploadId, bytes, checksum }, brief));
  await keepAnswer(client.upload(photo, brief));
  await story.stack.start('versitygw');
  // Signed for another region: the store refuses every call, and says at length why.
  await story.stack.restart('tu-ingestion-service', { S3_REGION: 'eu-north-1' });
  await keepAnswer(client.confirmUpload({ uploadId, bytes, checksum }, brief));
  await keepAnswer(client.upload(photo, brief));

  for (const answer of answers) expectNoSecret('an answer', answer);
  const { logs } = story.stack.stack;
  for (const file of readdirSync(logs))
    expectNoSecret(file, readFileSync(join(logs, file), 'utf8'));

  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const workflow = new Client({ connection }).workflow.getHandle(analysisWorkflowId(correlationId));
  expectNoSecret('the history', JSON.stringify(await workflow.fetchHistory()));
  await connection.close();
});
