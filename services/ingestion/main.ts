// tu-ingestion-service, steps 2, 4, 5. In: /v1/uploads/*. Out: presigned PUT URLs; `tu.image.uploaded`.
import { pick, processSettings, storeKeyOf } from '../../contracts/settings.ts';
import { kafkaTopics } from '../../contracts/topology.ts';
import { connectKafkaPublisher } from '../../platform/kafka/kafka.ts';
import { findWeaknesses } from '../../platform/object-store/find-weaknesses.ts';
import { connectObjectStore } from '../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../platform/object-store/presign-put.ts';
import { runService } from '../../platform/service.ts';
import { createApp } from './app.ts';
import { checkStore, clockWarning } from './check-store.ts';
import { countUploads } from './count-uploads.ts';
import { newIncomingKey } from './start-upload.ts';
import { createUploadTokens } from './upload-tokens.ts';

const name = 'tu-ingestion-service';

runService({
  name,
  settings: processSettings(
    name,
    ...(['INTERNAL_TOKEN', 'KAFKA_BROKERS', 'ALLOW_UNDECLARED_UPLOADS'] as const),
    ...(['UPLOAD_CONTENT_TYPES', 'INTERACTIVE_PER_MINUTE'] as const),
    ...(['S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT', 'S3_REGION', 'S3_BUCKET'] as const),
  ),
  secrets: pick(
    ...(['S3_UPLOAD_ACCESS_KEY', 'S3_UPLOAD_SECRET_KEY', 'S3_INGESTION_ACCESS_KEY'] as const),
    ...(['S3_INGESTION_SECRET_KEY', 'TICKET_KEY', 'TICKET_KEY_PREVIOUS'] as const),
  ),
  start({ config, secrets, logger }) {
    const s3 = { endpoint: config.S3_ENDPOINT, region: config.S3_REGION, bucket: config.S3_BUCKET };
    const uploadS3 = { ...s3, key: () => storeKeyOf(secrets.current(), 'UPLOAD') };
    const store = connectObjectStore({
      ...s3,
      key: () => storeKeyOf(secrets.current(), 'INGESTION'),
    });
    const events = connectKafkaPublisher({
      brokers: config.KAFKA_BROKERS,
      clientId: name,
      topics: kafkaTopics,
      logger,
    });
    const storeCheck = checkStore({
      findWeaknesses: () =>
        findWeaknesses({
          upload: uploadS3,
          presignPut: createPresignPut(uploadS3),
          store,
          newKey: newIncomingKey,
        }),
      logger,
    });
    const publicEndpoint = config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT;
    return {
      // Starting an upload asks no server, so neither is required: both are named, none fails readyz.
      checks: {
        shared: { 'object-store': () => store.probe(), kafka: () => events.probe() },
        warnings: () => ({ ...storeCheck.warnings(), ...clockWarning(store.clockAheadMs()) }),
      },
      app: (deps) =>
        createApp({
          ...deps,
          store,
          priorityOf: countUploads(config.INTERACTIVE_PER_MINUTE),
          events,
          presignPut: createPresignPut({ ...uploadS3, endpoint: publicEndpoint }),
          allowUndeclared: config.ALLOW_UNDECLARED_UPLOADS,
          contentTypes: config.UPLOAD_CONTENT_TYPES,
          uploadTokens: createUploadTokens({
            current: () => uploadTokenKeysOf(secrets.current()),
            refresh: () => uploadTokenKeysOf(secrets.refresh()),
          }),
          internalToken: config.INTERNAL_TOKEN,
        }),
      stop: [
        { name: 'store check', stop: () => storeCheck.stop() },
        { name: 'kafka', stop: () => events.close() },
        { name: 'object store', stop: () => store.close() },
      ],
    };
  },
});

const uploadTokenKeysOf = (keys: {
  TICKET_KEY: string;
  TICKET_KEY_PREVIOUS?: string | undefined;
}) => ({
  key: keys.TICKET_KEY,
  previous: keys.TICKET_KEY_PREVIOUS,
});
