// tu-media-access-service, step 10. In: /internal/v0/media/get-url. Out: presigned GET URLs.
import { pick, processPorts, storeKeyOf } from '../../contracts/settings.ts';
import { readConfig, readLiveConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http/http-server.ts';
import { createLogger } from '../../platform/logger.ts';
import { connectObjectStore } from '../../platform/object-store/object-store.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { createApp } from './app.ts';

const logger = createLogger('tu-media-access-service');

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'S3_ENDPOINT'] as const),
      ...(['S3_REGION', 'S3_BUCKET'] as const),
    ),
  );
  logger.level = config.LOG_LEVEL;
  const keys = readLiveConfig(pick('S3_MEDIA_ACCESS_KEY', 'S3_MEDIA_SECRET_KEY'), logger);
  const store = connectObjectStore({
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    key: () => storeKeyOf(keys.current(), 'MEDIA'),
  });
  // Shared, not required: a store that is away is answered with 503 until it is back, and taking
  // every replica out of service at once would tell callers less.
  const health = createHealth({ shared: { 'object-store': () => store.probe() } });
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
