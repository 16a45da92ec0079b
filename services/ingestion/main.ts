// tu-ingestion-service, steps 2, 4, 5. In: /v1/uploads/*. Out: presigned PUT URLs; `tu.image.uploaded`.
import { pick, processPorts } from '../../contracts/settings.ts';
import { kafkaTopics } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http.ts';
import { connectKafkaPublisher } from '../../platform/kafka.ts';
import { createLogger } from '../../platform/logger.ts';
import { connectObjectStore } from '../../platform/object-store.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { createApp } from './app.ts';
import { openTicketOffice } from './upload-ticket.ts';

const clientId = 'tu-ingestion-service';
const logger = createLogger(clientId);

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'KAFKA_BROKERS'] as const),
      ...(['S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT', 'S3_REGION', 'S3_BUCKET'] as const),
      ...(['S3_ACCESS_KEY', 'S3_SECRET_KEY', 'TICKET_KEY', 'TICKET_KEY_PREVIOUS'] as const),
    ),
  );
  logger.level = config.LOG_LEVEL;
  const store = connectObjectStore({
    endpoint: config.S3_ENDPOINT,
    publicEndpoint: config.S3_PUBLIC_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    accessKey: config.S3_ACCESS_KEY,
    secretKey: config.S3_SECRET_KEY,
    logger,
  });
  const events = connectKafkaPublisher({
    brokers: config.KAFKA_BROKERS,
    clientId,
    topics: kafkaTopics,
    logger,
  });
  // Starting an upload asks no server, so neither is required: both are named, none fails readyz.
  const health = createHealth({
    shared: { minio: () => store.probe(), kafka: () => events.probe() },
  });
  const app = createApp({
    store,
    events,
    tickets: openTicketOffice(config.TICKET_KEY, config.TICKET_KEY_PREVIOUS),
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
    { name: 'kafka', stop: () => events.close() },
    { name: 'object store', stop: () => store.close() },
  );
  logger.info({ port: server.port }, 'listening');
});
