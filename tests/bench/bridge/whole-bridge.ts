// The bridge as its `main.ts` puts it together, on the arrow of the bench. In: arrow and window.
import { Registry } from 'prom-client';
import { connectKafkaBatchConsumer } from '../../../platform/kafka/kafka-consumer.ts';
import { connectKafkaPublisher } from '../../../platform/kafka/kafka.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { connectRabbit } from '../../../platform/rabbitmq/rabbitmq.ts';
import { createBridge } from '../../../services/messaging-bridge/bridge-batch.ts';
import { createMetrics } from '../../../services/messaging-bridge/metrics.ts';
import { trackProgress } from '../../../services/messaging-bridge/progress.ts';
import { topologyOf, topicsOf, type BenchArrow } from './bench-arrow.ts';

const arrow = JSON.parse(process.argv[2] ?? '') as BenchArrow;
const window = Number(process.argv[3]);
const logger = silentLogger();
const kafkaSettings = {
  brokers: [arrow.broker],
  clientId: 'bench',
  topics: topicsOf(arrow),
  logger,
};
const progress = trackProgress();
const rabbit = connectRabbit({
  url: arrow.rabbitUrl,
  name: 'bench',
  topology: topologyOf(arrow),
  logger,
});
const routes = [{ ...arrow, deadLetters: `${arrow.topic}.dlq` }];
const metrics = createMetrics(new Registry(), progress);
connectKafkaBatchConsumer({
  ...kafkaSettings,
  groupId: `window-${window}`,
  subscribe: [arrow.topic],
  concurrency: 3,
  eachBatch: createBridge({
    rabbit,
    kafka: connectKafkaPublisher(kafkaSettings),
    routes,
    window,
    metrics,
    progress,
    logger,
  }),
});
