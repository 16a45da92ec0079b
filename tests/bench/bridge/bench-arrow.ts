import { topicSettings, workQueueArguments } from '../../../contracts/topology.ts';
import type { TopicDeclaration } from '../../../platform/kafka/kafka.ts';
import type { RabbitTopology } from '../../../platform/rabbitmq/rabbitmq.ts';

/** One arrow from Kafka to a work queue like the orchestrator's, with places of the bench's own. */
export interface BenchArrow {
  readonly broker: string;
  readonly rabbitUrl: string;
  readonly topic: string;
  readonly exchange: string;
  readonly queue: string;
}

export const topicsOf = ({ topic }: BenchArrow): TopicDeclaration[] =>
  [topic, `${topic}.dlq`].map((name) => ({ topic: name, ...topicSettings }));

export const topologyOf = ({ exchange, queue }: BenchArrow): RabbitTopology => ({
  exchanges: [{ name: exchange, type: 'fanout' }],
  queues: [{ name: queue, exchange, routingKey: '', arguments: workQueueArguments }],
});
