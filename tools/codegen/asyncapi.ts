// Draws asyncapi.yaml from the tables that the code itself runs on: `npm run codegen`.
import { z } from 'zod';
import { deadLetterChannels, deadLetterMessages, topicChannel } from './asyncapi-dead-letters.ts';
import { eventSchemas, extensionsSchema, type EventType } from '../../contracts/events.ts';
import {
  batchQueues,
  exchanges,
  streamQueueArguments,
  streamQueues,
  topics,
  workQueueArguments,
  workQueues,
} from '../../contracts/topology.ts';

const titles: Readonly<Record<EventType, string>> = {
  'tu.image.uploaded': 'The photo is in the bucket, whole and as claimed.',
  'tu.recognition.completed':
    'A photo is recognized: brand, type and model, as far as the evidence says.',
  'analysis.started': 'A workflow has taken the photo.',
  'analysis.completed': 'The one visible end of an analysis, success or named failure.',
  'analysis.corrected': 'The owner says what the machine is; the last one counts.',
  'analysis.deleted': 'The owner deleted the analysis and its photo.',
};

type Exchange = (typeof exchanges)[keyof typeof exchanges];

/** Most exchanges carry the one event whose name they have. */
const eventsOf = (exchange: Exchange): readonly EventType[] =>
  exchange === exchanges.analysisChanged ? ['analysis.corrected', 'analysis.deleted'] : [exchange];

/** The AsyncAPI 3.0 document as a plain object. */
export function describeEvents() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Events of the analysis of construction machines',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in binary mode: `ce_*` headers on Kafka, `cloudEvents_*` on RabbitMQ. ' +
        'Delivery is at least once; the same fact has the same id, so a repeat is dropped by it.',
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: '127.0.0.1:9092', protocol: 'kafka' },
      rabbitmq: { host: '127.0.0.1:5672', protocol: 'amqp', protocolVersion: '0.9.1' },
    },
    channels: {
      ...Object.fromEntries(
        Object.values(topics).map((topic) => [
          `kafka/${topic}`,
          topicChannel(topic, topic, `kafka.${topic}`),
        ]),
      ),
      ...Object.fromEntries(
        Object.values(exchanges).map((exchange) => [`rabbitmq/${exchange}`, exchangeOf(exchange)]),
      ),
      ...deadLetterChannels(),
    },
    operations: operations(),
    components: {
      messages: {
        ...Object.fromEntries(
          (Object.keys(eventSchemas) as EventType[]).flatMap((type) =>
            (['kafka', 'rabbitmq'] as const).map((broker) => [
              `${broker}.${type}`,
              messageOf(type, broker),
            ]),
          ),
        ),
        ...deadLetterMessages(),
      },
      schemas: Object.fromEntries(
        Object.entries(eventSchemas).map(([type, schema]) => [type, jsonSchema(schema)]),
      ),
    },
  };
}

function exchangeOf(exchange: Exchange) {
  return {
    address: exchange,
    servers: [{ $ref: '#/servers/rabbitmq' }],
    messages: Object.fromEntries(
      eventsOf(exchange).map((type) => [type, { $ref: `#/components/messages/rabbitmq.${type}` }]),
    ),
    bindings: {
      amqp: { is: 'routingKey', exchange: { name: exchange, type: 'fanout', durable: true } },
    },
    description: readersOf(exchange),
  };
}

function readersOf(exchange: Exchange): string {
  const work = Object.values(workQueues).filter((queue) => queue.exchange === exchange);
  const streams = Object.values(streamQueues).filter((queue) => queue.exchange === exchange);
  const batches = exchange === exchanges.imageUploaded ? batchQueues : [];
  const delivery = `delivery limit ${workQueueArguments['x-delivery-limit']}`;
  const age = streamQueueArguments['x-max-age'].replace(/D$/, ' days');
  return [
    ...work.map((queue) => `Quorum queue \`${queue.name}\`, ${delivery}, dead letters kept.`),
    ...(batches.length > 0
      ? [
          `With \`priority\` batch \`${batches[0]?.name}\` to \`-${batches.at(-1)?.number}\` instead, by \`batchqueue\`.`,
        ]
      : []),
    ...streams.map((queue) => `Stream queue \`${queue.name}\`, ${age}: its offset is the cursor.`),
  ].join(' ');
}

type Operation = readonly [action: 'send' | 'receive', channel: string, summary: string];

const deadLetterSummary =
  'svc-messaging-bridge; `npm run ops -- dead-letters` reads it and writes the tombstone';

const operationRows: Readonly<Record<string, Operation>> = {
  ingestionPublishesUpload: ['send', 'kafka/tu.image.uploaded', 'tu-ingestion-service'],
  adapterPublishesRecognition: ['send', 'kafka/tu.recognition.completed', 'svc-ai-vision-adapter'],
  bridgePublishesUpload: ['send', 'rabbitmq/tu.image.uploaded', 'svc-messaging-bridge'],
  bridgePublishesRecognition: ['send', 'rabbitmq/tu.recognition.completed', 'svc-messaging-bridge'],
  orchestratorReceivesUpload: [
    'receive',
    'rabbitmq/tu.image.uploaded',
    'svc-analysis-orchestrator starts the workflow',
  ],
  orchestratorReceivesRecognition: [
    'receive',
    'rabbitmq/tu.recognition.completed',
    'svc-analysis-orchestrator signals the workflow, unless a run asked (runid): its activity has the answer',
  ],
  bridgeDeadLettersUpload: ['send', 'kafka/tu.image.uploaded.dlq', deadLetterSummary],
  bridgeDeadLettersRecognition: ['send', 'kafka/tu.recognition.completed.dlq', deadLetterSummary],
  workflowAnnouncesStart: ['send', 'rabbitmq/analysis.started', 'the workflow'],
  workflowAnnouncesEnd: ['send', 'rabbitmq/analysis.completed', 'the workflow'],
  gatewayReceivesStart: ['receive', 'rabbitmq/analysis.started', 'every gateway replica'],
  gatewayReceivesEnd: ['receive', 'rabbitmq/analysis.completed', 'every gateway replica'],
  registerPublishesChange: ['send', 'rabbitmq/analysis.changed', 'tu-register-service'],
  gatewayReceivesChange: ['receive', 'rabbitmq/analysis.changed', 'every gateway replica'],
  registerReceivesUpload: ['receive', 'kafka/tu.image.uploaded', 'tu-register-service'],
  registerReceivesStart: ['receive', 'rabbitmq/analysis.started', 'tu-register-service'],
  registerReceivesEnd: ['receive', 'rabbitmq/analysis.completed', 'tu-register-service'],
};

const operations = () =>
  Object.fromEntries(
    Object.entries(operationRows).map(([name, [action, channel, summary]]) => [
      name,
      { action, channel: { $ref: `#/channels/${channel.replaceAll('/', '~1')}` }, summary },
    ]),
  );

function messageOf(type: EventType, broker: 'kafka' | 'rabbitmq') {
  const prefix = broker === 'kafka' ? 'ce_' : 'cloudEvents_';
  const attributes = ['specversion', 'id', 'source', 'type', 'time', 'subject'];
  const extensions = jsonSchema(extensionsSchema);
  const headers = Object.entries(extensions.properties ?? {})
    .filter(([name]) => type === 'tu.image.uploaded' || !uploadExtensions.includes(name))
    .map(([name, schema]) => [name === 'traceparent' ? name : prefix + name, schema]);
  return {
    name: type,
    title: titles[type],
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: Object.fromEntries([
        ...attributes.map((name) => [prefix + name, { type: 'string' }]),
        ...headers,
      ]) as Record<string, unknown>,
      required: [...attributes, ...(extensions.required ?? [])].map((name) => prefix + name),
    },
    payload: { $ref: `#/components/schemas/${type}` },
    bindings:
      broker === 'kafka'
        ? { kafka: { key: { type: 'string', description: 'the objectKey' } } }
        : { amqp: { contentEncoding: 'utf-8', messageType: type } },
  };
}

/** Of `tu.image.uploaded` alone. */
const uploadExtensions = ['priority', 'batchqueue'];

interface JsonSchema {
  properties?: Record<string, unknown>;
  required?: string[];
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
  return rest;
}
