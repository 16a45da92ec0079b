// tu-media-access-service, step 10. In: /internal/v0/media/get-url. Out: presigned GET URLs.
import { pick, processPorts } from '../../contracts/settings.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http.ts';
import { createLogger } from '../../platform/logger.ts';
import { connectObjectStore } from '../../platform/object-store.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { createApp } from './app.ts';

const logger = createLogger('tu-media-access-service');

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'S3_ENDPOINT'] as const),
      ...(['S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const),
    ),
  );
  logger.level = config.LOG_LEVEL;
  const store = connectObjectStore({
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    accessKey: config.S3_ACCESS_KEY,
    secretKey: config.S3_SECRET_KEY,
    logger,
  });
  // Shared, not required: a store that is away is answered with 503 until it is back, and taking
  // every replica out of service at once would tell callers less.
  const health = createHealth({ shared: { minio: () => store.probe() } });
  const app = createApp({ store, internalToken: config.INTERNAL_TOKEN, health, logger });
  const server = await listen(app, {
    host: config.HOST,
    port: config.PORT ?? processPorts.mediaAccess,
  });
  stopInOrder(
    logger,
    { name: 'http', stop: () => server.stop() },
    { name: 'object store', stop: () => store.close() },
  );
  logger.info({ port: server.port }, 'listening');
});
