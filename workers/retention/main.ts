// retention-worker. In: Temporal task queue `retention`, from a schedule of its own. Out: deletions in the bucket.
import { incomingRetentionMs, prefixes } from '../../contracts/objects.ts';
import { pick, processSettings, storeKeyOf, temporalSettings } from '../../contracts/settings.ts';
import { connectObjectVersions } from '../../platform/object-store/object-versions.ts';
import { runService } from '../../platform/service.ts';
import { runTemporalWorker, startTemporal } from '../../platform/temporal/temporal-worker.ts';
import { retentionMetrics, retentionWorker, scheduleSweeps } from './run-sweeps.ts';

const name = 'retention-worker';

runService({
  name,
  settings: processSettings(
    name,
    ...temporalSettings,
    ...([
      'S3_ENDPOINT',
      'S3_REGION',
      'S3_BUCKET',
      'IMAGE_RETENTION',
      'RETENTION_INTERVAL',
    ] as const),
  ),
  secrets: pick('S3_RETENTION_ACCESS_KEY', 'S3_RETENTION_SECRET_KEY'),
  start({ config, secrets, logger, registry, stopping }) {
    const versions = connectObjectVersions({
      endpoint: config.S3_ENDPOINT,
      region: config.S3_REGION,
      bucket: config.S3_BUCKET,
      key: () => storeKeyOf(secrets.current(), 'RETENTION'),
    });
    const temporal = startTemporal({ name, config, logger });
    const limits = [
      { prefix: prefixes.incoming, keepMs: incomingRetentionMs },
      { prefix: prefixes.images, keepMs: config.IMAGE_RETENTION },
      { prefix: prefixes.previews, keepMs: config.IMAGE_RETENTION },
    ];
    const metrics = retentionMetrics(registry);
    const worker = runTemporalWorker(
      temporal,
      retentionWorker({ versions, limits, metrics }),
      logger,
    );
    const intervalMs = config.RETENTION_INTERVAL;
    return {
      checks: {
        shared: { temporal: () => temporal.probe(), 'object-store': () => versions.probe() },
      },
      afterListen: () => scheduleSweeps({ temporal, intervalMs, logger, stopping }),
      stop: [
        { name: 'worker', stop: () => worker.stop() },
        { name: 'temporal', stop: () => temporal.close() },
        { name: 'object store', stop: () => versions.close() },
      ],
    };
  },
});
