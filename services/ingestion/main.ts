// tu-ingestion-service, steps 2, 4, 5. In: /v1/uploads/*. Out: presigned PUT URLs; `tu.image.uploaded`.
import { pick, processPorts, storeKeyOf } from '../../contracts/settings.ts';
import { kafkaTopics } from '../../contracts/topology.ts';
import { readConfig, readLiveConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http/http-server.ts';
import { connectKafkaPublisher } from '../../platform/kafka/kafka.ts';
import { createLogger } from '../../platform/logger.ts';
import { findWeaknesses } from '../../platform/object-store/find-weaknesses.ts';
import { connectObjectStore } from '../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../platform/object-store/presign-put.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { createApp } from './app.ts';
import { checkStore } from './check-store.ts';
import { newIncomingKey } from './start-upload.ts';
import { openTicketOffice } from './upload-ticket.ts';

const clientId = 'tu-ingestion-service';
const logger = createLogger(clientId);

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'KAFKA_BROKERS'] as const),
      ...(['S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT', 'S3_REGION', 'S3_BUCKET'] as const),
      'ALLOW_UNDECLARED_UPLOADS',
    ),
  );
  logger.level = config.LOG_LEVEL;
  const keys = readLiveConfig(
    pick(
      ...(['S3_UPLOAD_ACCESS_KEY', 'S3_UPLOAD_SECRET_KEY', 'S3_INGESTION_ACCESS_KEY'] as const),
      ...(['S3_INGESTION_SECRET_KEY', 'TICKET_KEY', 'TICKET_KEY_PREVIOUS'] as const),
    ),
    logger,
  );
  const s3 = {
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    key: () => storeKeyOf(keys.current(), 'INGESTION'),
  };
  const store = connectObjectStore(s3);
  const uploadS3 = { ...s3, key: () => storeKeyOf(keys.current(), 'UPLOAD') };
  const events = connectKafkaPublisher({
    brokers: config.KAFKA_BROKERS,
    clientId,
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
  // Starting an upload asks no server, so neither is required: both are named, none fails readyz.
  const health = createHealth({
    shared: { 'object-store': () => store.probe(), kafka: () => events.probe() },
    warnings: () => storeCheck.warnings(),
  });
  const app = createApp({
    store,
    events,
    presignPut: createPresignPut({
      ...uploadS3,
      endpoint: config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT,
    }),
    allowUndeclared: config.ALLOW_UNDECLARED_UPLOADS,
    tickets: openTicketOffice({
      current: () => ticketKeysOf(keys.current()),
      refresh: () => ticketKeysOf(keys.refresh()),
    }),
    internalToken: config.INTERNAL_TOKEN,
    health,
    logger,
  });
  const server = await listen(app, {
    host: config.HOST,
    port: config.PORT ?? processPorts.ingestion,
  });
  stopInOrder(
    logger,
    { name: 'http', stop: () => server.stop() },
    { name: 'store check', stop: () => storeCheck.stop() },
    { name: 'kafka', stop: () => events.close() },
    { name: 'object store', stop: () => store.close() },
  );
  logger.info({ port: server.port }, 'listening');
});

const ticketKeysOf = (keys: { TICKET_KEY: string; TICKET_KEY_PREVIOUS?: string | undefined }) => ({
  key: keys.TICKET_KEY,
  previous: keys.TICKET_KEY_PREVIOUS,
});
