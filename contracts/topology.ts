// Every place an event or a task passes through. This table is the only spelling of these names.
import { batchQueueNumbers } from './priorities.ts';

export const topics = {
  imageUploaded: 'tu.image.uploaded',
  recognitionCompleted: 'tu.recognition.completed',
} as const;
export type Topic = (typeof topics)[keyof typeof topics];

/** Where a Kafka record goes that can never be published to RabbitMQ, with its reason in headers. */
export const deadLetterTopic = (topic: Topic) => `${topic}.dlq` as const;

const day = 24 * 60 * 60 * 1000;

/** Partitions are fixed once: the key is the objectKey, so changing them would break order per photo. */
export const topicSettings = { partitions: 6, retentionMs: 7 * day } as const;

/** Fanout exchanges. The first two carry what the bridge brings from the topics of the same name, the last what owners change. */
export const exchanges = {
  imageUploaded: 'tu.image.uploaded',
  recognitionCompleted: 'tu.recognition.completed',
  analysisStarted: 'analysis.started',
  analysisCompleted: 'analysis.completed',
  analysisChanged: 'analysis.changed',
} as const;

/**
 * Between the fanout exchange of uploads and the queues that start analyses: photos of priority `batch` go
 * to a batch queue by their owner, all others, also those without a priority, to the work queue.
 */
export const uploadPriorities = {
  exchange: 'orchestrator.image-uploaded.priorities',
  alternate: 'orchestrator.image-uploaded.interactive',
} as const;

/** Where a rejected message of a work queue goes: a direct exchange, routed by the queue's name. */
export const deadLetterExchange = 'orchestrator.dlx';

/** One consumer takes a message, acknowledges it after the effect; dead letters keep their reason. */
export const workQueues = {
  imageUploaded: { name: 'orchestrator.image-uploaded', exchange: exchanges.imageUploaded },
  recognitionCompleted: {
    name: 'orchestrator.recognition-completed',
    exchange: exchanges.recognitionCompleted,
  },
} as const;
export type WorkQueue = (typeof workQueues)[keyof typeof workQueues];

/**
 * Batches wait here, apart by owner, until Temporal has room. Everything else about them, dead letters
 * too, is the work queue's.
 */
export const batchQueues = batchQueueNumbers.map((number) => ({
  name: `${workQueues.imageUploaded.name}.batch-${number}`,
  number,
}));

export const deadLetterQueue = (queue: WorkQueue) => `${queue.name}.dlq` as const;

/** Every gateway replica reads the whole stream at its own offset; the offset is the client's cursor. */
export const streamQueues = {
  started: { name: 'graph.subs.started', exchange: exchanges.analysisStarted },
  completed: { name: 'graph.subs.completed', exchange: exchanges.analysisCompleted },
  /** `analysis.corrected` and `analysis.deleted`, in the order in which the register wrote them. */
  changed: { name: 'graph.subs.changed', exchange: exchanges.analysisChanged },
} as const;

/** On a message that only tells its own publisher how far it has read; no event. */
export const streamMarkerHeader = 'feed-marker';

export const workQueueArguments = {
  'x-queue-type': 'quorum',
  'x-delivery-limit': 20,
  'x-dead-letter-exchange': deadLetterExchange,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish', // what at-least-once dead lettering requires
} as const;

const argumentsOf = (queue: WorkQueue) => ({
  ...workQueueArguments,
  'x-dead-letter-routing-key': queue.name,
});

/**
 * Quorum, because a stream would lose `x-death`, the reason. Reading its messages returns them, and each
 * return counts: RabbitMQ 4 would drop a message that was read 20 times.
 */
export const deadLetterQueueArguments = {
  'x-queue-type': 'quorum',
  'x-delivery-limit': 1_000_000,
} as const;

/** A week, like the topics: a register or a client that was away for so long misses nothing. */
export const streamQueueArguments = {
  'x-queue-type': 'stream',
  'x-max-age': '7D',
  'x-max-length-bytes': 2_000_000_000,
  'x-stream-max-segment-size-bytes': 5_000_000, // retention goes by segment: small ones, or nothing ages
} as const;

interface RabbitTopology {
  readonly exchanges: readonly {
    readonly name: string;
    readonly type: 'fanout' | 'direct' | 'headers';
    readonly source?: string;
    readonly alternate?: string;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly arguments: Readonly<Record<string, string | number>>;
  }[];
  readonly formerBindings?: readonly { readonly queue: string; readonly exchange: string }[];
}

/** RabbitMQ as every process declares it on each connect: no order of starting matters. */
export const rabbitTopology: RabbitTopology = {
  exchanges: [
    ...Object.values(exchanges).map((name) => ({ name, type: 'fanout' as const })),
    { name: deadLetterExchange, type: 'direct' },
    { name: uploadPriorities.alternate, type: 'fanout' },
    {
      name: uploadPriorities.exchange,
      type: 'headers',
      source: exchanges.imageUploaded,
      alternate: uploadPriorities.alternate,
    },
  ],
  queues: [
    {
      name: workQueues.imageUploaded.name,
      exchange: uploadPriorities.alternate,
      routingKey: '',
      arguments: argumentsOf(workQueues.imageUploaded),
    },
    {
      name: workQueues.recognitionCompleted.name,
      exchange: workQueues.recognitionCompleted.exchange,
      routingKey: '',
      arguments: argumentsOf(workQueues.recognitionCompleted),
    },
    ...Object.values(workQueues).map((queue) => ({
      name: deadLetterQueue(queue),
      exchange: deadLetterExchange,
      routingKey: queue.name,
      arguments: deadLetterQueueArguments,
    })),
    ...Object.values(streamQueues).map((queue) => ({
      name: queue.name,
      exchange: queue.exchange,
      routingKey: '',
      arguments: streamQueueArguments,
    })),
  ],
};

/**
 * The whole of RabbitMQ. The orchestrator alone declares the batch queues: where an earlier version of it
 * still runs, nobody would read them, so batches go to its work queue as before.
 */
export const orchestratorTopology: RabbitTopology = {
  exchanges: rabbitTopology.exchanges,
  queues: [
    ...rabbitTopology.queues,
    ...batchQueues.map(({ name, number }) => ({
      name,
      exchange: uploadPriorities.exchange,
      routingKey: '',
      headers: { cloudEvents_priority: 'batch', cloudEvents_batchqueue: number },
      arguments: argumentsOf(workQueues.imageUploaded),
    })),
  ],
  formerBindings: [{ queue: workQueues.imageUploaded.name, exchange: exchanges.imageUploaded }],
};

/** The whole of Kafka, created by every process that lacks it. */
export const kafkaTopics = Object.values(topics).flatMap((topic) =>
  [topic, deadLetterTopic(topic)].map((name) => ({ topic: name, ...topicSettings })),
);

/**
 * Temporal task queues. Every workflow runs on `analysis`. `recognition` is rate-limited by the server:
 * a burst waits there, visible. `retention` reaches the store with the one key that may delete photos, be
 * they too old or their owner's wish.
 */
export const taskQueues = {
  analysis: 'analysis',
  recognition: 'recognition',
  retention: 'retention',
} as const;

export const workflowTypes = {
  analyzeImage: 'analyzeImage',
  announceEnd: 'announceEnd',
  deleteAnalysis: 'deleteAnalysis',
  sweepEnds: 'sweepEnds',
  sweepObjects: 'sweepObjects',
} as const;

/** Ids of the Temporal Schedules, and of the workflows that they start (with the time behind it). */
export const scheduleIds = { sweepEnds: 'sweep-ends', sweepObjects: 'sweep-objects' } as const;

/** What operators filter analyses by. Registered in the namespace before the first start. */
export const searchAttributes = {
  AnalysisStatus: 'Keyword',
  Brand: 'Keyword',
  MachineType: 'Keyword',
  MachineModel: 'Keyword',
  FailureCode: 'Keyword',
  Owner: 'Keyword',
  Confident: 'Bool',
} as const;

export const signals = { recognitionCompleted: 'recognitionCompleted' } as const;

/** One upload, one workflow: the id is how a repeated event is recognised. */
export const analysisWorkflowId = (correlationId: string) => `analysis-${correlationId}`;

/** The inverse of {@link analysisWorkflowId}; undefined for the id of any other workflow. */
export const correlationIdOf = (workflowId: string) =>
  workflowId.startsWith('analysis-') ? workflowId.slice('analysis-'.length) : undefined;

/** The id prevents a second announcement of a run that ended unannounced. */
export const announceEndWorkflowId = (correlationId: string, runId: string) =>
  `announce-end-${correlationId}-${runId}`;

/** While Temporal keeps a run of it, no analysis of this correlation id is started any more. */
export const deletionWorkflowId = (correlationId: string) => `delete-${correlationId}`;

/** The same event has the same id, by which every consumer drops a repeat. */
export const eventIds = {
  imageUploaded: (correlationId: string) => `${correlationId}:uploaded`,
  /** Without a run: entry `adapter`, where no workflow asked. */
  recognitionCompleted: (correlationId: string, runId?: string) =>
    `${correlationId}:${runId ?? 'unasked'}:recognized`,
  analysisStarted: (correlationId: string, runId: string) => `${correlationId}:${runId}:started`,
  analysisCompleted: (correlationId: string, runId: string) =>
    `${correlationId}:${runId}:completed`,
  /** Each correction is a fact of its own; no two of one analysis have the same time. */
  analysisCorrected: (correlationId: string, correctedAt: string) =>
    `${correlationId}:${correctedAt}:corrected`,
  analysisDeleted: (correlationId: string) => `${correlationId}:deleted`,
} as const;
