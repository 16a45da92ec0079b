import { pick } from '../../contracts/settings.ts';
import type { Config } from '../../platform/config.ts';

/** What one caller may ask of a replica; meanings and defaults in the table of settings. */
export const limitSettings = pick(
  'STREAMS_PER_USER',
  'STREAMS_PER_REPLICA',
  'STREAM_LIFETIME',
  'STREAM_WRITE_TIMEOUT',
  'REQUEST_BYTES',
  'QUERY_TOKENS',
  'QUERY_ROOT_FIELDS',
  'QUERY_DEPTH',
  'INTROSPECTION',
  'TRUSTED_DOCUMENTS',
  'TRUSTED_DOCUMENTS_FILE',
  'MUTATIONS_PER_MINUTE',
  'REDOS_PER_HOUR',
  'UPLOADS_PER_DAY',
  'UPLOAD_BYTES_PER_DAY',
);
export type Limits = Config<typeof limitSettings>;
