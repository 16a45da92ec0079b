// The upload door with real presigned URLs on the real MinIO; Kafka is a list here.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'minio';
import sharp from 'sharp';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import { startUploadAnswerSchema, type StartUploadAnswer } from '../../contracts/rest.ts';
import { pick } from '../../contracts/settings.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import type { KafkaRecord } from '../../platform/kafka.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectObjectStore } from '../../platform/object-store.ts';
import { createApp } from '../../services/ingestion/app.ts';
import { openTicketOffice } from '../../services/ingestion/upload-ticket.ts';
import { noPhotos } from '../bad-photos.ts';
import { eventually } from '../eventually.ts';

const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY } = readConfig(
  pick('S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'),
);
const bucket = `upload-door-${randomUUID()}`;
const store = connectObjectStore({
  endpoint: S3_ENDPOINT,
  region: S3_REGION,
  bucket,
  accessKey: S3_ACCESS_KEY,
  secretKey: S3_SECRET_KEY,
  logger: silentLogger(),
});
const tickets = openTicketOffice('the-ticket-key-of-today');
const published: KafkaRecord[] = [];
const app = createApp({
  store,
  events: {
    publish: (_topic, record) => {
      published.push(record);
      return Promise.resolve();
    },
  },
  tickets,
  internalToken: 'the-internal-token',
  health: createHealth({}),
  logger: silentLogger(),
});

const owner = randomBytes(16).toString('hex');
const drawing = sharp({ create: { width: 640, height: 480, channels: 3, background: 'orange' } });
const photo = await drawing.clone().jpeg().toBuffer();
const publishedOf = ({ key }: StartUploadAnswer) =>
  published.filter((record) => record.key === key);

const call = (path: string, body: unknown, as = owner) =>
  app.request(path, {
    method: 'POST',
    headers: {
      authorization: 'Bearer the-internal-token',
      'content-type': 'application/json',
      'trackunit-owner': as,
    },
    body: JSON.stringify(body),
  });

const start = async (contentType = 'image/jpeg') =>
  startUploadAnswerSchema.parse(
    await (await call('/v1/uploads/start', { filename: 'machine.jpg', contentType })).json(),
  );

async function upload(bytes: Buffer, contentType = 'image/jpeg'): Promise<StartUploadAnswer> {
  const started = await start(contentType);
  await put(started, bytes);
  return started;
}

async function put({ putUrl }: StartUploadAnswer, bytes: Buffer): Promise<void> {
  const body = new Uint8Array(bytes);
  expect((await fetch(putUrl, { method: 'PUT', body })).status).toBe(200);
}

const confirm = (
  { uploadId }: Pick<StartUploadAnswer, 'uploadId'>,
  bytes: Buffer,
  more: { as?: string; claim?: object } = {},
) => {
  const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const claim = { uploadId, bytes: bytes.length, checksum, ...more.claim };
  return call('/v1/uploads/confirm', claim, more.as);
};

const answerOf = async (response: Response): Promise<unknown[]> => [
  response.status,
  (await response.json()) as unknown,
];

beforeAll(() => eventually(() => store.probe()));
afterAll(async () => {
  await store.close();
  const { hostname, port } = new URL(S3_ENDPOINT);
  const minio = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: S3_ACCESS_KEY,
    secretKey: S3_SECRET_KEY,
  });
  for await (const { name } of minio.listObjectsV2(bucket, '', true) as AsyncIterable<{
    name: string;
  }>)
    await minio.removeObject(bucket, name);
  await minio.removeBucket(bucket);
});

test.each(['jpeg', 'png', 'webp'] as const)('a whole %s is accepted', async (format) => {
  const bytes = await drawing.clone().toFormat(format).toBuffer();
  const started = await upload(bytes, `image/${format}`);
  expect(await answerOf(await confirm(started, bytes))).toEqual([202, { status: 'Accepted' }]);
  expect(publishedOf(started)).toHaveLength(1);
});

test('the largest photo that is allowed is accepted', async () => {
  const largest = Buffer.concat([photo, randomBytes(maximumImageBytes - photo.length)]);
  const started = await upload(largest);
  expect((await confirm(started, largest)).status).toBe(202);
});

test('confirmed twice, also at once: the same event', async () => {
  const started = await upload(photo);
  await Promise.all([confirm(started, photo), confirm(started, photo)]);
  expect((await confirm(started, photo)).status).toBe(202);
  const [first, ...more] = publishedOf(started);
  expect(more).toEqual([first, first]);
});

test('overwritten and confirmed again: the id of the first, so the first one counts', async () => {
  const started = await upload(photo);
  await confirm(started, photo);
  const other = await drawing.clone().negate().jpeg().toBuffer();
  await put(started, other);
  expect((await confirm(started, photo)).status).toBe(409);
  expect((await confirm(started, other)).status).toBe(202);
  const ids = publishedOf(started).map(({ headers }) => headers['ce_id']);
  expect(ids).toEqual(Array(2).fill(`${started.correlationId}:uploaded`));
});

describe('refused, and nothing is published', () => {
  const refused = async (
    response: Response,
    status: number,
    code: string,
    started?: StartUploadAnswer,
  ) => {
    expect(await answerOf(response)).toMatchObject([status, { code }]);
    if (started) expect(publishedOf(started)).toEqual([]);
  };

  test('404 never uploaded', async () => {
    const started = await start();
    await refused(await confirm(started, photo), 404, 'NOT_UPLOADED', started);
  });

  test("404 another owner's ticket", async () => {
    const started = await upload(photo);
    const as = randomBytes(16).toString('hex');
    await refused(await confirm(started, photo, { as }), 404, 'NOT_UPLOADED', started);
  });

  test('409 wrong checksum, wrong size', async () => {
    const started = await upload(photo);
    const checksum = `sha256:${'0'.repeat(64)}`;
    await refused(
      await confirm(started, photo, { claim: { checksum } }),
      409,
      'CHECKSUM_DIFFERS',
      started,
    );
    await refused(
      await confirm(started, photo, { claim: { bytes: 1 } }),
      409,
      'BYTES_DIFFER',
      started,
    );
  });

  test('410 expired ticket', async () => {
    const started = await upload(photo);
    const old = await tickets.issue(
      {
        objectKey: started.key,
        contentType: 'image/jpeg',
        owner,
        correlationId: started.correlationId,
      },
      new Date(Date.now() - 25 * 60 * 60 * 1_000),
    );
    await refused(await confirm({ uploadId: old }, photo), 410, 'TICKET_EXPIRED', started);
  });

  test('413 too large, however small the claim says it is', async () => {
    const huge = Buffer.concat([photo, randomBytes(maximumImageBytes)]);
    const started = await upload(huge);
    await refused(await confirm(started, huge), 413, 'IMAGE_TOO_LARGE', started);
    await refused(await confirm(started, photo), 413, 'IMAGE_TOO_LARGE', started);
  });

  test.each(noPhotos)('415 $what, called a jpeg', async ({ make, mediaType }) => {
    const bytes = await make();
    const started = await upload(bytes);
    const response = await confirm(started, bytes);
    expect(await response.clone().json()).toMatchObject({
      detail: expect.stringContaining(mediaType),
    });
    await refused(response, 415, 'NOT_THE_DECLARED_TYPE', started);
  });

  test('415 a sound image of another type than declared', async () => {
    const png = await drawing.clone().png().toBuffer();
    const started = await upload(png);
    await refused(await confirm(started, png), 415, 'NOT_THE_DECLARED_TYPE', started);
  });

  test('422 an object without a byte', async () => {
    const started = await upload(Buffer.alloc(0));
    await refused(await confirm(started, photo), 422, 'EMPTY_OBJECT', started);
  });
});
