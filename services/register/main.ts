// tu-register-service, the memory that stays. In: graph.subs.*, `tu.image.uploaded`; where they have a gap,
// Temporal; what owners do. Out: /v1/analyses, /v1/export, `analysis.corrected`, `analysis.deleted`.
import { sql } from 'kysely';
import { processSettings, temporalSettings } from '../../contracts/settings.ts';
import {
  exchanges,
  kafkaTopics,
  rabbitTopology,
  streamQueues,
  topics,
} from '../../contracts/topology.ts';
import { connectKafkaPublisher } from '../../platform/kafka/kafka.ts';
import { connectRabbit } from '../../platform/rabbitmq/rabbitmq.ts';
import { runService } from '../../platform/service.ts';
import { startTemporal } from '../../platform/temporal/temporal-worker.ts';
import { createApp } from './app.ts';
import { ingestAll } from './ingest/ingest-all.ts';
import { connectDatabase } from './store/database.ts';
import { keepRetention } from './store/delete-expired.ts';
import { publishOutbox } from './write/outbox.ts';

const name = 'tu-register-service';

runService({
  name,
  settings: processSettings(
    name,
    ...temporalSettings,
    ...(['INTERNAL_TOKEN', 'DATABASE_URL', 'RABBITMQ_URL', 'KAFKA_BROKERS'] as const),
    ...(['REGISTER_RETENTION', 'RETENTION_INTERVAL'] as const),
  ),
  start({ config, logger, registry, stopping }) {
    const db = connectDatabase(config.DATABASE_URL, logger);
    const temporal = startTemporal({ name, config, logger });
    const rabbit = connectRabbit({
      url: config.RABBITMQ_URL,
      name,
      topology: rabbitTopology,
      logger,
    });
    const kafka = { brokers: config.KAFKA_BROKERS, clientId: name, topics: kafkaTopics, logger };
    const probed = connectKafkaPublisher(kafka);
    const ingest = ingestAll({
      ...{ db, temporal, rabbit, kafka, registry, logger, stopping },
      groupId: name,
      streams: streamQueues,
      topic: topics.imageUploaded,
    });
    return {
      checks: {
        required: {
          postgresql: async () => {
            await sql`select from positions limit 1`.execute(db); // and the tables are there
          },
        },
        shared: {
          rabbitmq: () => {
            if (rabbit.state !== 'connected') throw new Error(rabbit.state);
          },
          kafka: () => probed.probe(),
          temporal: () => temporal.probe(),
        },
        warnings: () => ingest.warnings(),
        progress: () => ingest.assertAlive(),
      },
      app: (deps) => createApp({ ...deps, db, ingest, internalToken: config.INTERNAL_TOKEN }),
      async afterListen() {
        const [retentionMs, intervalMs] = [config.REGISTER_RETENTION, config.RETENTION_INTERVAL];
        const exchange = exchanges.analysisChanged;
        await Promise.all([
          keepRetention({ db, retentionMs, intervalMs, logger, stopping }),
          publishOutbox({ db, rabbit, exchange, registry, logger, stopping }),
        ]);
      },
      stop: [
        { name: 'ingest', stop: () => ingest.stop() },
        { name: 'rabbitmq', stop: () => rabbit.close() },
        { name: 'kafka', stop: () => probed.close() },
        { name: 'temporal', stop: () => temporal.close() },
        { name: 'postgresql', stop: () => db.destroy() },
      ],
    };
  },
});
