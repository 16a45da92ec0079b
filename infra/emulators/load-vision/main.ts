// load-vision, an instant Vision for measurements. In: BatchAnnotateImages over gRPC. Out: lettering from a table, unseen.
import { pick } from '../../../contracts/settings.ts';
import { createApp } from '../vision/app.ts';
import { createAnnotateImages } from '../vision/annotate-images.ts';
import { createFaults } from '../vision/faults.ts';
import { serveVision } from '../vision/serve-vision.ts';
import { maskSecrets, readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { createLogger } from '../../../platform/logger.ts';
import { runProcess, stopInOrder } from '../../../platform/process.ts';
import { answerAtOnce } from './answer-at-once.ts';

const logger = createLogger('load-vision', process.env['LOG_LEVEL']);

runProcess(logger, async () => {
  const settings = pick('HOST', 'PORT', 'HEALTH_PORT', 'LOG_LEVEL', 'LOAD_VISION_LATENCY');
  const config = readConfig(settings);
  logger.info({ config: maskSecrets(settings, config) }, 'starting');

  const health = createHealth({});
  const faults = createFaults({ registry: health.registry, cutCalls: () => vision.cutCalls() });
  const vision = await serveVision({
    annotate: faults.around(createAnnotateImages(answerAtOnce(config.LOAD_VISION_LATENCY))),
    logger,
    registry: health.registry,
    host: config.HOST,
    port: config.PORT ?? 4210,
  });
  const http = await listen(createApp({ health, logger, faults }), {
    host: config.HOST,
    port: config.HEALTH_PORT ?? 4211,
  });
  stopInOrder(
    logger,
    { name: 'vision', stop: () => vision.stop() },
    { name: 'http', stop: () => http.stop() },
  );
  logger.info({ port: vision.port, health: http.port }, 'ready');
});
