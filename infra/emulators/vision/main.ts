// local-vision, step 11 without Google. In: BatchAnnotateImages over gRPC. Out: the text and the colours it sees.
import { pick } from '../../../contracts/settings.ts';
import { maskSecrets, readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { createLogger } from '../../../platform/logger.ts';
import { runProcess, stopInOrder } from '../../../platform/process.ts';
import { createAnnotateImages } from './annotate-images.ts';
import { createApp } from './app.ts';
import { createFaults, withFaultOrders } from './faults.ts';
import { startImageReader } from './reading/image-reader.ts';
import { measureReader } from './reading/report-reader.ts';
import { serveVision } from './serve-vision.ts';

const logger = createLogger('local-vision', process.env['LOG_LEVEL']);

runProcess(logger, async () => {
  const settings = withFaultOrders(
    pick(
      'HOST',
      'PORT',
      'HEALTH_PORT',
      'LOG_LEVEL',
      'LOCAL_VISION_QUEUE',
      'LOCAL_VISION_THREADS',
      'LOCAL_VISION_FAULTS',
      'LOCAL_VISION_FAULT_ORDERS',
      'LOCAL_VISION_SEED',
    ),
  );
  const config = readConfig(settings);
  logger.info({ config: maskSecrets(settings, config) }, 'starting');

  const reader = await startImageReader({
    queue: config.LOCAL_VISION_QUEUE,
    threads: config.LOCAL_VISION_THREADS,
    onFault: (error) => {
      throw error; // nothing can be answered any more: the process ends, and is started anew
    },
  });
  const health = createHealth({});
  measureReader(reader, health.registry);

  const faults = createFaults({
    registry: health.registry,
    cutCalls: () => vision.cutCalls(),
    orders: config.LOCAL_VISION_FAULT_ORDERS,
    seed: config.LOCAL_VISION_SEED,
  });
  const vision = await serveVision({
    annotate: faults.around(createAnnotateImages(reader)),
    logger,
    registry: health.registry,
    host: config.HOST,
    port: config.PORT ?? 4200,
  });
  const control = config.LOCAL_VISION_FAULTS ? faults : undefined;
  const http = await listen(createApp({ health, logger, faults: control }), {
    host: config.HOST,
    port: config.HEALTH_PORT ?? 4201,
  });
  stopInOrder(
    logger,
    { name: 'vision', stop: () => vision.stop() },
    { name: 'reader', stop: () => reader.stop() },
    { name: 'http', stop: () => http.stop() },
  );
  logger.info({ port: vision.port, health: http.port }, 'ready');
});
