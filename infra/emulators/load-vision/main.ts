// load-vision, an instant Vision for measurements. In: BatchAnnotateImages over gRPC. Out: lettering from a table, unseen.
import { processSettings } from '../../../contracts/settings.ts';
import { runService } from '../../../platform/service.ts';
import { createAnnotateImages } from '../vision/annotate-images.ts';
import { createApp } from '../vision/app.ts';
import { createFaults } from '../vision/faults.ts';
import { serveVision } from '../vision/serve-vision.ts';
import { answerAtOnce } from './answer-at-once.ts';

const name = 'load-vision';

runService({
  name,
  settings: processSettings(name, 'LOAD_VISION_LATENCY'),
  async start({ config, logger, registry }) {
    const faults = createFaults({ registry, cutCalls: () => vision.cutCalls() });
    const vision = await serveVision({
      annotate: faults.around(createAnnotateImages(answerAtOnce(config.LOAD_VISION_LATENCY))),
      logger,
      registry,
      host: config.HOST,
      port: config.PORT,
    });
    return {
      app: (deps) => createApp({ ...deps, faults }),
      drain: [{ name: 'vision', stop: () => vision.stop() }],
    };
  },
});
