// retention-worker. In: Temporal task queue `retention`, from a schedule of its own. Out: deletions in the bucket.
import { hostname } from 'node:os';
import { incomingRetentionMs, prefixes } from '../../contracts/objects.ts';
import { pick, processPorts, storeKeyOf } from '../../contracts/settings.ts';
import { readConfig, readLiveConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http/http-server.ts';
import { createLogger } from '../../platform/logger.ts';
import { connectObjectVersions } from '../../platform/object-store/object-versions.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { connectTemporal } from '../../platform/temporal/temporal.ts';
import {
  installTemporalRuntime,
  runTemporalWorker,
} from '../../platform/temporal/temporal-worker.ts';
import { createApp } from './app.ts';
import { retentionMetrics, retentionWorker, scheduleSweeps } from './run-sweeps.ts';

const name = 'retention-worker';
const logger = createLogger(name, process.env['LOG_LEVEL']);

runProcess(logger, async () => {
  const config = readConfig(
    pick(
      ...(['HOST', 'PORT', 'LOG_LEVEL', 'S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET'] as const),
      ...(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_METRICS_ADDRESS'] as const),
      ...(['IMAGE_RETENTION', 'RETENTION_INTERVAL'] as const),
    ),
  );
  const keys = readLiveConfig(pick('S3_RETENTION_ACCESS_KEY', 'S3_RETENTION_SECRET_KEY'), logger);
  const versions = connectObjectVersions({
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    key: () => storeKeyOf(keys.current(), 'RETENTION'),
  });
  const metricsAddress = config.TEMPORAL_METRICS_ADDRESS;
  installTemporalRuntime({ logger, ...(metricsAddress === undefined ? {} : { metricsAddress }) });
  const temporal = connectTemporal({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    identity: `${name}@${hostname()}:${process.pid}`,
    logger,
  });

  const health = createHealth({
    shared: { temporal: () => temporal.probe(), 'object-store': () => versions.probe() },
  });
  const limits = [
    { prefix: prefixes.incoming, keepMs: incomingRetentionMs },
    { prefix: prefixes.images, keepMs: config.IMAGE_RETENTION },
  ];
  const metrics = retentionMetrics(health.registry);
  const worker = runTemporalWorker(
    temporal,
    retentionWorker({ versions, limits, metrics }),
    logger,
  );
  const address = { host: config.HOST, port: config.PORT ?? processPorts.retentionWorker };
  const server = await listen(createApp({ health, logger }), address);
  logger.info(address, 'listening');

  const stopping = new AbortController();
  stopInOrder(
    logger,
    {
      name: 'health',
      stop: () => {
        stopping.abort();
        return server.stop();
      },
    },
    { name: 'worker', stop: () => worker.stop() },
    { name: 'temporal', stop: () => temporal.close() },
    { name: 'object store', stop: () => versions.close() },
  );
  await scheduleSweeps({
    temporal,
    intervalMs: config.RETENTION_INTERVAL,
    logger,
    stopping: stopping.signal,
  });
});
