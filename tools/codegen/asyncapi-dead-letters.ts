// The part of asyncapi.yaml on dead letters.
import { originHeaders } from '../../contracts/dead-letters.ts';
import {
  deadLetterQueue,
  deadLetterQueueArguments,
  deadLetterTopic,
  topics,
  topicSettings,
  workQueues,
  type WorkQueue,
} from '../../contracts/topology.ts';

const sampleOrigin = { topic: '', partition: 0, offset: '0', key: '' };

/** Channels by id: a topic beside each topic, a queue beside each work queue. */
export const deadLetterChannels = () => ({
  ...Object.fromEntries(
    Object.values(topics)
      .map(deadLetterTopic)
      .map((topic) => [`kafka/${topic}`, topicChannel(topic, 'deadLetter', 'kafka.deadLetter')]),
  ),
  ...Object.fromEntries(
    Object.values(workQueues).map((queue) => [
      `rabbitmq/${deadLetterQueue(queue)}`,
      queueOf(queue),
    ]),
  ),
});

export const deadLetterMessages = () => ({
  'kafka.deadLetter': {
    title: 'A record that RabbitMQ can never take.',
    description:
      'The record as it was, its own headers kept, with origin and reason beside them. A second dead letter of the same record replaces the first; a tombstone (no value) under its key says that it was redriven or dropped.',
    headers: {
      type: 'object',
      properties: Object.fromEntries(
        [...Object.keys(originHeaders(sampleOrigin, '')), 'dlq_body'].map((name) => [
          name,
          { type: 'string', description: meanings[name] },
        ]),
      ),
      required: Object.keys(originHeaders({ ...sampleOrigin, key: null }, '')),
    },
    bindings: { kafka: { key: { type: 'string', description: '<topic>:<partition>:<offset>' } } },
  },
  'rabbitmq.deadLetter': {
    title: 'A message that the orchestrator cannot handle.',
    description:
      'The message as it was; `dlq_*` beside its headers where the orchestrator dead-lettered it, `x-death` alone where RabbitMQ did.',
    headers: {
      type: 'object',
      properties: {
        ...Object.fromEntries(
          ['dlq_reason', 'dlq_queue', 'dlq_attempts', 'dlq_at'].map((name) => [
            name,
            { type: 'string' },
          ]),
        ),
        'x-death': {
          type: 'array',
          description: 'set by RabbitMQ when the delivery limit is reached',
        },
      },
    },
  },
});

const meanings: Readonly<Record<string, string>> = {
  dlq_key: 'the key that the record had; absent where it had none',
  dlq_at: 'ISO 8601, when it was dead-lettered',
  dlq_body: 'present where the body was too large to be kept here: it stays in its topic',
};

/** A Kafka topic with its one message; `message`: its id among the components. */
export function topicChannel(topic: string, name: string, message: string) {
  return {
    address: topic,
    servers: [{ $ref: '#/servers/kafka' }],
    messages: { [name]: { $ref: `#/components/messages/${message}` } },
    bindings: {
      kafka: {
        topic,
        partitions: topicSettings.partitions,
        replicas: 1,
        topicConfiguration: { 'retention.ms': topicSettings.retentionMs },
      },
    },
  };
}

function queueOf(queue: WorkQueue) {
  const address = deadLetterQueue(queue);
  return {
    address,
    servers: [{ $ref: '#/servers/rabbitmq' }],
    messages: { deadLetter: { $ref: '#/components/messages/rabbitmq.deadLetter' } },
    bindings: { amqp: { is: 'queue', queue: { name: address, durable: true } } },
    description: `Type ${deadLetterQueueArguments['x-queue-type']}; \`npm run ops -- dead-letters\` reads, redrives and drops.`,
  };
}
