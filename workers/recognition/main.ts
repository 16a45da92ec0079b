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
    ...(['INTERNAL_TOKEN', 'VISION_ADAPTER_URL'] as const),
    ...(['RECOGNITIONS_PER_SECOND', 'RECOGNITIONS_AT_ONCE'] as const),
  ),
  start({ config, logger }) {
    const temporal = startTemporal({ name, config, logger });
    const adapter = createRestClient({
      name: 'svc-ai-vision-adapter',
      baseUrl: config.VISION_ADAPTER_URL,
      internalToken: config.INTERNAL_TOKEN,
    });
    const limits = {
      perSecond: config.RECOGNITIONS_PER_SECOND,
      atOnce: config.RECOGNITIONS_AT_ONCE,
    };
    const worker = runTemporalWorker(temporal, recognitionWorker({ adapter, limits }), logger);
    return {
      checks: { shared: { temporal: () => temporal.probe() } },
      stop: [
        { name: 'worker', stop: () => worker.stop() },
        { name: 'temporal', stop: () => temporal.close() },
      ],
    };
  },
});
