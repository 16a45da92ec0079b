import { KafkaUnavailableError, type KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  RabbitUnavailableError,
  UnpublishableError,
  UnroutableError,
  type RabbitConnection,
} from '../../platform/rabbitmq/rabbitmq.ts';
import { publishDeadLetter } from './dead-letter.ts';
import type { BridgeMetrics } from './metrics.ts';
import type { Outcome } from './publish-in-order.ts';
import type { Route } from './routes.ts';
import { translateRecord } from './translate-record.ts';

interface RecordDependencies {
  readonly rabbit: Pick<RabbitConnection, 'publish'>;
  readonly kafka: Pick<KafkaPublisher, 'publish'>;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
}

const returnsAllowed = 2;

/**
 * Brings one record to its exchange, or, when it can never be published, to its dead letter topic.
 *
 * @param returns how often RabbitMQ has returned a record, by its offset.
 */
export async function bridgeRecord(
  deps: RecordDependencies,
  route: Route,
  record: ConsumedRecord,
  returns: Map<string, number>,
): Promise<Outcome> {
  const { metrics } = deps;
  const translation = translateRecord(record, route.exchange);
  if ('unpublishable' in translation)
    return sendToDeadLetterTopic(deps, route, record, translation.unpublishable);
  const confirmed = metrics.startPublish(route.topic);
  try {
    await deps.rabbit.publish(translation.message);
    confirmed('confirmed');
    return 'done';
  } catch (error) {
    if (error instanceof RabbitUnavailableError) {
      confirmed(error.nacked ? 'nacked' : 'unconfirmed');
      return 'again';
    }
    if (error instanceof UnpublishableError) {
      confirmed('unpublishable');
      return sendToDeadLetterTopic(deps, route, record, error.message);
    }
    if (!(error instanceof UnroutableError)) throw error;
    confirmed('returned');
    const count = (returns.get(record.offset) ?? 0) + 1;
    returns.set(record.offset, count);
    if (count <= returnsAllowed) return 'returned';
    return sendToDeadLetterTopic(deps, route, record, `returned ${count} times: ${error.message}`);
  }
}

async function sendToDeadLetterTopic(
  deps: RecordDependencies,
  route: Route,
  record: ConsumedRecord,
  reason: string,
): Promise<Outcome> {
  try {
    await publishDeadLetter(deps, route.deadLetters, record, reason);
    deps.metrics.deadLetters.inc({ topic: route.topic });
    return 'done';
  } catch (error) {
    if (!(error instanceof KafkaUnavailableError)) throw error;
    const { topic, partition, offset } = record;
    deps.logger.warn(
      { err: error, reason, topic, partition, offset },
      'dead letter not published: Kafka unavailable, retrying',
    );
    return 'again';
  }
}
