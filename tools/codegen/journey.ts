// The fifteen steps of a photo, from which README's and docs/architecture.md's tables and the sequence picture are written.
import {
  deadLetterExchange,
  deadLetterQueue,
  deadLetterTopic,
  exchanges,
  kafkaTopics,
  orchestratorTopology,
  streamQueues,
  taskQueues,
  topics,
  topicSettings,
  uploadPriorities,
  workQueues,
} from '../../contracts/topology.ts';

interface Step {
  readonly number: number;
  readonly from: Participant;
  readonly to: Participant;
  /** What goes over, as the sequence picture says it. */
  readonly message: string;
  /** What happens, as the table says it. */
  readonly text: string;
  /** Where the code of the step stands. */
  readonly code: string;
}

const participants = {
  client: 'trackunit-client',
  gateway: 'graph-gateway',
  ingestion: 'tu-ingestion-service',
  store: 'object store',
  kafka: 'Kafka',
  bridge: 'svc-messaging-bridge',
  rabbitmq: 'RabbitMQ',
  orchestrator: 'svc-analysis-orchestrator',
  workflow: 'workflow (Temporal)',
  adapter: 'svc-ai-vision-adapter',
  media: 'tu-media-access-service',
  vision: 'Google Cloud Vision or local-vision',
} as const;
type Participant = keyof typeof participants;

export const journey: readonly Step[] = [
  {
    number: 1,
    from: 'client',
    to: 'gateway',
    message: 'mutation startUpload',
    text: 'asks for an upload: GraphQL mutation `startUpload` with type, bytes and checksum',
    code: 'client/sdk/upload/upload-photo.ts',
  },
  {
    number: 2,
    from: 'gateway',
    to: 'ingestion',
    message: 'POST /v1/uploads/start',
    text: '`POST /v1/uploads/start`: a signed ticket and a presigned `putUrl` come back',
    code: 'services/ingestion/start-upload.ts',
  },
  {
    number: 3,
    from: 'client',
    to: 'store',
    message: 'PUT the photo (presigned)',
    text: 'PUTs the photo straight to the bucket, below `incoming/`',
    code: 'client/sdk/upload/put-photo.ts',
  },
  {
    number: 4,
    from: 'gateway',
    to: 'ingestion',
    message: 'confirmUpload: POST /v1/uploads/confirm',
    text: 'passes mutation `confirmUpload` on: `POST /v1/uploads/confirm`; the photo is compared with its claim and accepted below `images/`',
    code: 'services/ingestion/confirm-upload.ts',
  },
  {
    number: 5,
    from: 'ingestion',
    to: 'kafka',
    message: topics.imageUploaded,
    text: `publishes \`${topics.imageUploaded}\`; from here on the photo survives every outage that Kafka's retention outlasts (7 days)`,
    code: 'services/ingestion/confirm-upload.ts',
  },
  {
    number: 6,
    from: 'bridge',
    to: 'rabbitmq',
    message: `${topics.imageUploaded} to ${workQueues.imageUploaded.name}`,
    text: `carries it from the topic to the exchange of the same name and queue \`${workQueues.imageUploaded.name}\`, a batch to a batch queue by its owner`,
    code: 'services/messaging-bridge/bridge-batch.ts',
  },
  {
    number: 7,
    from: 'orchestrator',
    to: 'workflow',
    message: `start of the workflow, announcement on ${exchanges.analysisStarted}`,
    text: `starts workflow \`analysis-<correlationId>\`, whose first act is the announcement on \`${exchanges.analysisStarted}\``,
    code: 'workers/orchestrator/intake/start-analysis.ts',
  },
  {
    number: 8,
    from: 'gateway',
    to: 'client',
    message: `${streamQueues.started.name} as SSE onAnalysisStarted`,
    text: `reads \`${streamQueues.started.name}\` and pushes \`onAnalysisStarted\` over SSE`,
    code: 'gateway/feed/subscribe-to-feed.ts',
  },
  {
    number: 9,
    from: 'workflow',
    to: 'adapter',
    message: `activity on ${taskQueues.recognition}: POST /v1/recognitions`,
    text: `asks through an activity on the rate-limited task queue \`${taskQueues.recognition}\`: \`POST /v1/recognitions\``,
    code: 'activities/recognize-image.ts',
  },
  {
    number: 10,
    from: 'adapter',
    to: 'media',
    message: 'presigned GET URL; with it the bytes from the object store',
    text: 'gets a presigned GET URL from tu-media-access-service, then the bytes from the object store, and compares them with the event',
    code: 'services/vision-adapter/photo/fetch-image.ts',
  },
  {
    number: 11,
    from: 'adapter',
    to: 'vision',
    message: 'BatchAnnotateImages (gRPC)',
    text: 'asks Vision once and weighs what it saw: brand, type, model',
    code: 'services/vision-adapter/recognition/aggregate.ts',
  },
  {
    number: 12,
    from: 'adapter',
    to: 'kafka',
    message: topics.recognitionCompleted,
    text: `publishes \`${topics.recognitionCompleted}\`, for any consumer, then answers the activity`,
    code: 'services/vision-adapter/recognize-image.ts',
  },
  {
    number: 13,
    from: 'bridge',
    to: 'rabbitmq',
    message: `${topics.recognitionCompleted} to ${workQueues.recognitionCompleted.name}`,
    text: `carries it to \`${workQueues.recognitionCompleted.name}\`; where the adapter took the photo from Kafka (\`ANALYSIS_ENTRY=adapter\`), the orchestrator signals it to the workflow`,
    code: 'workers/orchestrator/intake/take-event.ts',
  },
  {
    number: 14,
    from: 'workflow',
    to: 'rabbitmq',
    message: exchanges.analysisCompleted,
    text: `announces its end on \`${exchanges.analysisCompleted}\`; of a terminated run the orchestrator does`,
    code: 'activities/announce.ts',
  },
  {
    number: 15,
    from: 'gateway',
    to: 'client',
    message: `${streamQueues.completed.name} as SSE onAnalysisCompleted`,
    text: `reads \`${streamQueues.completed.name}\` and pushes \`onAnalysisCompleted\` over SSE`,
    code: 'gateway/feed/subscribe-to-feed.ts',
  },
];

/** Markdown: number, who, what; `code` adds the file as a link from a document in `folder`. */
export function stepsTable(linkTo: string): string {
  return [
    '| step | who | what |',
    '|---|---|---|',
    ...journey.map(
      ({ number, from, text, code }) =>
        `| ${number} | ${participants[from]} | ${text} ([code](${linkTo}${code})) |`,
    ),
  ].join('\n');
}

/** Mermaid: the journey as one sequence. */
export function sequencePicture(): string {
  const lines = [
    '```mermaid',
    'sequenceDiagram',
    ...Object.entries(participants).map(([id, name]) => `    participant ${id} as ${name}`),
    ...journey.map(({ number, from, to, message }) => `    ${from}->>${to}: ${number} ${message}`),
    '```',
  ];
  return lines.join('\n');
}

/** Markdown: every topic, exchange and queue with what it keeps. */
export function placesTable(): string {
  const days = topicSettings.retentionMs / 86_400_000;
  const deadTopics = new Set<string>(Object.values(topics).map(deadLetterTopic));
  const feeders: Readonly<Record<string, string>> = {
    [deadLetterExchange]:
      'the orchestrator, with the reason; the broker, for what was returned too often',
    [uploadPriorities.exchange]: `\`${exchanges.imageUploaded}\``,
    [uploadPriorities.alternate]: `what \`${uploadPriorities.exchange}\` routes to no batch queue`,
  };
  const deadQueues = new Set<string>(Object.values(workQueues).map(deadLetterQueue));
  return [
    '| place | kind | fed by | keeps |',
    '|---|---|---|---|',
    ...kafkaTopics.map(
      ({ topic, partitions }) =>
        `| \`${topic}\` | Kafka topic, ${partitions} partitions | ${deadTopics.has(topic) ? 'svc-messaging-bridge: what can never be published' : 'its publisher, key = object key'} | ${days} days |`,
    ),
    ...orchestratorTopology.exchanges.map(
      ({ name, type }) =>
        `| \`${name}\` | RabbitMQ ${type} exchange | ${feeders[name] ?? 'publishers, confirmed'} | - |`,
    ),
    ...orchestratorTopology.queues.map(({ name, exchange, arguments: set }) => {
      const size = set['x-max-length-bytes'];
      const stream =
        size === undefined
          ? undefined
          : `${String(set['x-max-age']).replace(/D$/, ' days')}, at most ${Number(size) / 1e9} GB`;
      const kept =
        stream ?? (deadQueues.has(name) ? 'until a person decides' : 'until acknowledged');
      return `| \`${name}\` | ${set['x-queue-type']} queue | \`${exchange}\` | ${kept} |`;
    }),
  ].join('\n');
}
