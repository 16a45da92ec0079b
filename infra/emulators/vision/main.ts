// local-vision, step 11 without Google. In: BatchAnnotateImages over gRPC. Out: the text and the colours it sees.
import { Gauge } from 'prom-client';
import { processSettings } from '../../../contracts/settings.ts';
import { runService } from '../../../platform/service.ts';
import { createAnnotateImages } from './annotate-images.ts';
import { createApp } from './app.ts';
import { createFaults, withFaultOrders } from './faults.ts';
import { startImageReader } from './reading/image-reader.ts';
import { hasV6Models } from './reading/text-models.ts';
import { serveVision } from './serve-vision.ts';

const name = 'local-vision';
const withoutV6 =
  'PP-OCRv6 is not installed: PP-OCRv4 reads alone; install Python 3 with pip and start again, or set LOCAL_VISION_MODELS';
const waitLimitMs = 10_000; // VISION_TIMEOUT of the adapter is 15 s, and the image's own reading counts too

runService({
  name,
  settings: withFaultOrders(
    processSettings(
      name,
      ...(['LOCAL_VISION_QUEUE', 'LOCAL_VISION_THREADS', 'LOCAL_VISION_FAULTS'] as const),
      ...(['LOCAL_VISION_EFFORT', 'LOCAL_VISION_MODELS'] as const),
      ...(['LOCAL_VISION_FAULT_ORDERS', 'LOCAL_VISION_SEED'] as const),
    ),
  ),
  async start({ config, logger, registry }) {
    const models = config.LOCAL_VISION_MODELS;
    const warnings = hasV6Models(models) ? undefined : { models: withoutV6 };
    if (warnings !== undefined) logger.warn(withoutV6);
    const reader = await startImageReader({
      queue: config.LOCAL_VISION_QUEUE,
      reading: { threads: config.LOCAL_VISION_THREADS, effort: config.LOCAL_VISION_EFFORT, models },
      waitLimitMs,
      onFault: (error) => {
        throw error; // nothing can be answered any more: the process ends, and is restarted
      },
    });
    new Gauge({
      name: 'vision_images_waiting',
      help: 'Images in the queue, the one that is read included.',
      registers: [registry],
      collect() {
        this.set(reader.waiting);
      },
    });
    const faults = createFaults({
      registry,
      cutCalls: () => vision.cutCalls(),
      orders: config.LOCAL_VISION_FAULT_ORDERS,
      seed: config.LOCAL_VISION_SEED,
    });
    const vision = await serveVision({
      annotate: faults.around(createAnnotateImages(reader)),
      logger,
      registry,
      host: config.HOST,
      port: config.PORT,
    });
    return {
      checks: { warnings: () => warnings ?? {} },
      app: (deps) =>
        createApp({ ...deps, faults: config.LOCAL_VISION_FAULTS ? faults : undefined }),
      drain: [
        { name: 'vision', stop: () => vision.stop() },
        { name: 'reader', stop: () => reader.stop() },
      ],
    };
  },
});
