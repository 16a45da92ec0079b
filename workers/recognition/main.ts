// recognition-worker, step 9. In: Temporal task queue `recognition`. Out: `POST /v1/recognitions`.
import { processSettings, temporalSettings } from '../../contracts/settings.ts';
import { createRestClient } from '../../platform/http/rest-client.ts';
import { runService } from '../../platform/service.ts';
import { runTemporalWorker, startTemporal } from '../../platform/temporal/temporal-worker.ts';
import { recognitionWorker } from './run-recognitions.ts';

const name = 'recognition-worker';

runService({
  name,
  settings: processSettings(
    name,
    ...temporalSettings,
    ...(['INTERNAL_TOKEN', 'VISION_ADAPTER_URL', 'RECOGNITIONS_PER_SECOND'] as const),
  ),
  start({ config, logger }) {
    const temporal = startTemporal({ name, config, logger });
    const adapter = createRestClient({
      name: 'svc-ai-vision-adapter',
      baseUrl: config.VISION_ADAPTER_URL,
      internalToken: config.INTERNAL_TOKEN,
    });
    const recognitionsPerSecond = config.RECOGNITIONS_PER_SECOND;
    const worker = runTemporalWorker(
      temporal,
      recognitionWorker({ adapter, recognitionsPerSecond }),
      logger,
    );
    return {
      checks: { shared: { temporal: () => temporal.probe() } },
      stop: [
        { name: 'worker', stop: () => worker.stop() },
        { name: 'temporal', stop: () => temporal.close() },
      ],
    };
  },
});
