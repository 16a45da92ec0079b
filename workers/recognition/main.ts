// recognition-worker, step 9. In: Temporal task queue `recognition`. Out: `POST /v1/recognitions`.
import { hostname } from 'node:os';
import { pick, processPorts } from '../../contracts/settings.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http/http-server.ts';
import { createLogger } from '../../platform/logger.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { createRestClient } from '../../platform/http/rest-client.ts';
import { connectTemporal } from '../../platform/temporal/temporal.ts';
import {
  installTemporalRuntime,
  runTemporalWorker,
} from '../../platform/temporal/temporal-worker.ts';
import { createApp } from './app.ts';
import { recognitionWorker } from './run-recognitions.ts';

const name = 'recognition-worker';
const logger = createLogger(name, process.env['LOG_LEVEL']);

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'INTERNAL_TOKEN', 'VISION_ADAPTER_URL'] as const),
      ...(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_METRICS_ADDRESS'] as const),
      'RECOGNITIONS_PER_SECOND',
    ),
  );
  const metricsAddress = config.TEMPORAL_METRICS_ADDRESS;
  installTemporalRuntime({ logger, ...(metricsAddress === undefined ? {} : { metricsAddress }) });
  const temporal = connectTemporal({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    identity: `${name}@${hostname()}:${process.pid}`,
    logger,
  });
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

  const health = createHealth({ shared: { temporal: () => temporal.probe() } });
  const address = { host: config.HOST, port: config.PORT ?? processPorts.recognitionWorker };
  const server = await listen(createApp({ health, logger }), address);
  logger.info(address, 'listening');
  stopInOrder(
    logger,
    { name: 'health', stop: () => server.stop() },
    { name: 'worker', stop: () => worker.stop() },
    { name: 'temporal', stop: () => temporal.close() },
  );
});
