// What lies where in the bucket, and which key may do what there.
import { z } from 'zod';
import type { ContentType } from './recognition.ts';

/** The folders of the bucket. A putUrl reaches `incoming/` only; what is analysed lies in `images/`. */
export const prefixes = { incoming: 'incoming/', images: 'images/' } as const;

/** Where an upload lands until it is confirmed: 128 random bits, known to its uploader only. */
export const incomingKeySchema = z
  .string()
  .regex(/^incoming\/[0-9a-f]{32}$/, 'incoming/<32 hex digits>');

/**
 * What every key begins with under which something of one upload lies, up to its ending. The day is that of
 * the id itself (UUIDv7, RFC 9562: the first 48 bits are milliseconds).
 */
export function keyBeginningsOf(correlationId: string): readonly string[] {
  const { incoming, ...kept } = prefixes; // there an upload lies under random digits
  const startedMs = Number.parseInt(correlationId.replaceAll('-', '').slice(0, 12), 16);
  const day = new Date(startedMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return Object.values(kept).map((prefix) => `${prefix}${day}/${correlationId}.`);
}

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
    objectActions: [[prefixes.images, ['s3:GetObject']]],
  },
  /** retention-worker: lists and deletes, all versions where the bucket keeps them. */
  retention: {
    bucketActions: ['s3:ListBucket', 's3:ListBucketVersions'],
    objectActions: [
      [prefixes.incoming, ['s3:DeleteObject', 's3:DeleteObjectVersion']],
      [prefixes.images, ['s3:DeleteObject', 's3:DeleteObjectVersion']],
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
