// What lies where in the bucket, and which key may do what there.
import { z } from 'zod';
import type { ContentType } from './recognition.ts';

/**
 * The folders of the bucket. A putUrl reaches `incoming/` only; what is analysed lies in `images/`, and a
 * small picture of it in `previews/`, by the same name.
 */
export const prefixes = {
  incoming: 'incoming/',
  images: 'images/',
  previews: 'previews/',
} as const;

/** Where an upload lands until it is confirmed: 128 random bits, known to its uploader only. */
export const incomingKeySchema = z
  .string()
  .regex(/^incoming\/[0-9a-f]{32}$/, 'incoming/<32 hex digits>');

export const previewKeySchema = z
  .string()
  .regex(/^previews\/\d{4}\/\d{2}\/\d{2}\/[0-9a-f-]{36}\.jpg$/, 'previews/yyyy/MM/dd/<uuid>.jpg');

/** Where the preview of a photo lies; it is a JPEG, whatever the photo is. */
export const previewKeyOf = (objectKey: string): string =>
  objectKey.replace(/^images\/(.*)\.\w+$/, `${prefixes.previews}$1.jpg`);

/** How long an upload may wait for its confirmation: as long as its ticket counts. */
export const incomingRetentionMs = 24 * 60 * 60 * 1_000;

/** What one key of the store may do: S3 actions on the objects below a prefix, and on the bucket. */
export interface StoreRight {
  readonly bucketActions: readonly string[];
  readonly objectActions: readonly (readonly [prefix: string, actions: readonly string[]])[];
}

/**
 * One key per right; setting `S3_<NAME>_ACCESS_KEY` and `S3_<NAME>_SECRET_KEY`. Reading what is not
 * there answers 404 only to a key that may list the bucket; without that right S3 answers 403.
 */
export const storeRights = {
  /** Signs putUrls, so its access key id is public: it may put there and do nothing else. */
  upload: { bucketActions: [], objectActions: [[prefixes.incoming, ['s3:PutObject']]] },
  /** tu-ingestion-service: inspects, copies to `images/`, tidies up. */
  ingestion: {
    bucketActions: ['s3:ListBucket'],
    objectActions: [
      [prefixes.incoming, ['s3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion']],
      [prefixes.images, ['s3:GetObject', 's3:PutObject']],
    ],
  },
  /** tu-media-access-service: signs GET URLs. */
  media: {
    bucketActions: ['s3:ListBucket'],
    objectActions: [
      [prefixes.images, ['s3:GetObject']],
      [prefixes.previews, ['s3:GetObject']],
    ],
  },
  /** tu-media-access-service: signs the URLs by which the vision adapter stores previews. */
  preview: { bucketActions: [], objectActions: [[prefixes.previews, ['s3:PutObject']]] },
  /** retention-worker: lists and deletes, all versions where the bucket keeps them. */
  retention: {
    bucketActions: ['s3:ListBucket', 's3:ListBucketVersions'],
    objectActions: [
      [prefixes.incoming, ['s3:DeleteObject', 's3:DeleteObjectVersion']],
      [prefixes.images, ['s3:DeleteObject', 's3:DeleteObjectVersion']],
      [prefixes.previews, ['s3:DeleteObject', 's3:DeleteObjectVersion']],
    ],
  },
} as const satisfies Record<string, StoreRight>;
export type StoreRightName = keyof typeof storeRights;

/** The end of an object key, by what is stored under it. */
export const imageExtensions: Readonly<Record<ContentType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/**
 * What every key begins with under which something of one upload lies, up to its ending. The day is that of
 * the id itself (UUIDv7, RFC 9562: its first 48 bits are milliseconds).
 *
 * @param objectKeys where else the photo lies.
 */
export function keyBeginningsOf(
  correlationId: string,
  objectKeys: readonly string[] = [],
): readonly string[] {
  const { incoming, ...kept } = prefixes; // there an upload lies under random digits
  const startedMs = Number.parseInt(correlationId.replaceAll('-', '').slice(0, 12), 16);
  const day = new Date(startedMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const names = objectKeys.map((key) => key.slice(kept.images.length, key.lastIndexOf('.') + 1));
  return Object.values(kept).flatMap((prefix) =>
    [...new Set([`${day}/${correlationId}.`, ...names])].map((name) => prefix + name),
  );
}
