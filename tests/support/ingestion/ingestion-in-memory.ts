// Ingestion as its callers see it, without a store and without a Kafka.
import { contentTypes } from '../../../contracts/photos.ts';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { startUploadAnswerSchema, type StartUploadAnswer } from '../../../contracts/rest.ts';
import { createHealth } from '../../../platform/http/health.ts';
import type { KafkaRecord } from '../../../platform/kafka/kafka.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { createApp } from '../../../services/ingestion/app.ts';
import { countUploads } from '../../../services/ingestion/count-uploads.ts';
import { createUploadTokens } from '../../../services/ingestion/upload-tokens.ts';
import { openBucketInMemory } from './bucket-in-memory.ts';

export const owner = '5d41402abc4b2a76b9719d911017c592';
export const photo = await sharp({
  create: { width: 32, height: 24, channels: 3, background: 'orange' },
})
  .jpeg()
  .toBuffer();
/** Another photo of the same declared type. */
export const otherPhoto = await sharp(photo).negate().jpeg().toBuffer();
export const checksumOf = (bytes: Buffer) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The HTTP side of ingestion, with a bucket and a topic in memory. */
export function openIngestion({
  allowUndeclared = false,
  interactivePerMinute = 5,
  taken = contentTypes,
} = {}) {
  const bucket = openBucketInMemory();
  const published: { topic: string; record: KafkaRecord }[] = [];
  const faults: { events?: Error; beforePublish?: () => void } = {};
  const uploadTokens = createUploadTokens({
    current: () => ({ key: 'the-ticket-key-of-today' }),
    refresh: () => ({ key: 'the-ticket-key-of-today' }),
  });
  const health = createHealth({});
  const app = createApp({
    store: bucket,
    priorityOf: countUploads(interactivePerMinute),
    presignPut: (key, { seconds, headers = {} }) =>
      Promise.resolve(
        `http://store.test/${key}?for=${seconds}&signed=${Object.keys(headers).join()}`,
      ),
    allowUndeclared,
    contentTypes: taken,
    events: {
      publish(topic, record) {
        faults.beforePublish?.();
        if (faults.events) return Promise.reject(faults.events);
        published.push({ topic, record });
        return Promise.resolve();
      },
    },
    uploadTokens,
    internalToken: 'the-internal-token',
    health,
    logger: silentLogger(),
  });
  const call = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method: 'POST',
      headers: {
        authorization: 'Bearer the-internal-token',
        'content-type': 'application/json',
        'trackunit-owner': owner,
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const declared = (bytes: Buffer) => ({ bytes: bytes.length, checksum: checksumOf(bytes) });
  const start = async (bytes = photo, contentType = 'image/jpeg') => {
    const body = {
      filename: 'machine.jpg',
      contentType,
      ...(allowUndeclared ? {} : declared(bytes)),
    };
    const answer = startUploadAnswerSchema.parse(
      await (await call('/v1/uploads/start', body)).json(),
    );
    return { ...answer, incomingKey: incomingKeyOf(answer) };
  };
  /** Started and PUT as declared, as a store that compares takes it. */
  const upload = async (bytes = photo, contentType = 'image/jpeg') => {
    const started = await start(bytes, contentType);
    bucket.upload(started.incomingKey, bytes, {
      lastModified: new Date('2026-11-23T08:15:30Z'),
      ...(allowUndeclared ? {} : { checksum: checksumOf(bytes) }),
    });
    return started;
  };
  const confirm = (uploadId: string, bytes: Buffer, headers = {}) =>
    call('/v1/uploads/confirm', { uploadId, ...declared(bytes) }, headers);
  return {
    app,
    bucket,
    published,
    faults,
    uploadTokens,
    health,
    call,
    declared,
    start,
    upload,
    confirm,
  };
}

const incomingKeyOf = ({ putUrl }: Pick<StartUploadAnswer, 'putUrl'>) =>
  new URL(putUrl).pathname.slice(1);
