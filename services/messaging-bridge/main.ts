// svc-messaging-bridge, steps 6, 13. In: the Kafka topics of routes.ts. Out: their RabbitMQ exchanges.
import { processSettings } from '../../contracts/settings.ts';
import { kafkaTopics, rabbitTopology } from '../../contracts/topology.ts';
import { connectKafkaBatchConsumer } from '../../platform/kafka/kafka-consumer.ts';
import { connectKafkaPublisher } from '../../platform/kafka/kafka.ts';
import { connectRabbit } from '../../platform/rabbitmq/rabbitmq.ts';
import { runService } from '../../platform/service.ts';
import { createBridge } from './bridge-batch.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { partitionsAtOnce } from './in-flight.ts';
import { createMetrics } from './metrics.ts';
import { assertAlive, trackProgress } from './progress.ts';
import { routes } from './routes.ts';

const name = 'svc-messaging-bridge';

runService({
  name,
  settings: processSettings(name, 'KAFKA_BROKERS', 'RABBITMQ_URL', 'BRIDGE_MAX_IN_FLIGHT'),
  start({ config, logger, registry }) {
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
    const metrics = createMetrics(registry, progress);
    const consumer = connectKafkaBatchConsumer({
      ...kafkaSettings,
      groupId: name,
      subscribe: routes.map(({ topic }) => topic),
      concurrency: partitionsAtOnce,
      onAssignment: () => {
        metrics.lag.reset(); // another replica reports the lag of the partitions it has now
      },
      eachBatch: createBridge({
        rabbit,
        kafka,
        routes,
        maxInFlight: config.BRIDGE_MAX_IN_FLIGHT,
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
      registry,
    );
    return {
      // The bridge waits for either server, so neither decides whether it is ready: both are named.
      checks: {
        shared: {
          kafka: () => kafka.probe(),
          rabbitmq: () => {
            if (rabbit.state !== 'connected') throw new Error(rabbit.state);
          },
        },
        progress: () => {
          assertAlive(progress, consumer);
        },
      },
      stop: [
        { name: 'consumers', stop: () => Promise.all([consumer.close(), deadLetters.close()]) },
        { name: 'rabbitmq', stop: () => rabbit.close() },
        { name: 'kafka', stop: () => kafka.close() },
      ],
    };
  },
});
