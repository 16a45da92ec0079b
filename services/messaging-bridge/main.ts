// svc-messaging-bridge, steps 6, 13. In: the Kafka topics of routes.ts. Out: their RabbitMQ exchanges.
import { pick, processPorts } from '../../contracts/settings.ts';
import { kafkaTopics, rabbitTopology } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { createHealth } from '../../platform/health.ts';
import { listen } from '../../platform/http/http-server.ts';
import { connectKafkaBatchConsumer } from '../../platform/kafka/kafka-consumer.ts';
import { connectKafkaPublisher } from '../../platform/kafka/kafka.ts';
import { createLogger } from '../../platform/logger.ts';
import { runProcess, stopInOrder } from '../../platform/process.ts';
import { connectRabbit } from '../../platform/rabbitmq/rabbitmq.ts';
import { createApp } from './app.ts';
import { createBridge } from './bridge-batch.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { createMetrics } from './metrics.ts';
import { assertAlive, trackProgress } from './progress.ts';
import { routes } from './routes.ts';

const name = 'svc-messaging-bridge';
const logger = createLogger(name, process.env['LOG_LEVEL'] || 'info');

runProcess(logger, async () => {
  const config = readConfig(
    pick('HOST', 'PORT', 'LOG_LEVEL', 'KAFKA_BROKERS', 'RABBITMQ_URL', 'BRIDGE_WINDOW'),
  );
  const kafkaSettings = {
    brokers: config.KAFKA_BROKERS,
    clientId: name,
    topics: kafkaTopics,
    logger,
  };
  const progress = trackProgress();
  const kafka = connectKafkaPublisher(kafkaSettings);
  const rabbit = connectRabbit({
    url: config.RABBITMQ_URL,
    name,
    topology: rabbitTopology,
    logger,
  });
  // It waits for either server, so neither decides whether it is ready: both are named.
  const health = createHealth({
    shared: {
      kafka: () => kafka.probe(),
      rabbitmq: () => {
        if (rabbit.state !== 'connected') throw new Error(rabbit.state);
      },
    },
    progress: () => {
      assertAlive(progress, consumer);
    },
  });
  const metrics = createMetrics(health.registry, progress);
  const consumer = connectKafkaBatchConsumer({
    ...kafkaSettings,
    groupId: name,
    subscribe: routes.map(({ topic }) => topic),
    concurrency: 3,
    onAssignment: () => {
      metrics.lag.reset(); // a partition that another replica has now is no lag of ours
    },
    eachBatch: createBridge({
      rabbit,
      kafka,
      routes,
      window: config.BRIDGE_WINDOW,
      metrics,
      progress,
      logger,
    }),
  });
  const deadLetters = countDeadLetters(
    {
      ...kafkaSettings,
      groupId: `${name}.dead-letters`,
      subscribe: routes.map((route) => route.deadLetters),
    },
    health.registry,
  );
  const server = await listen(createApp({ health, logger }), {
    host: config.HOST,
    port: config.PORT ?? processPorts.messagingBridge,
  });
  stopInOrder(
    logger,
    { name: 'http', stop: () => server.stop() },
    { name: 'consumers', stop: () => Promise.all([consumer.close(), deadLetters.close()]) },
    { name: 'rabbitmq', stop: () => rabbit.close() },
    { name: 'kafka', stop: () => kafka.close() },
  );
  logger.info({ port: server.port }, 'listening');
});
