// The register's ingest on sources of the test's own: streams, a topic, a Temporal namespace, a database.
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { createEvent, encodeEvent } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import { eventIds, topics } from '../../../contracts/topology.ts';
import type { KafkaPublisher } from '../../../platform/kafka/kafka.ts';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { ingestAll, type Ingest } from '../../../services/register/ingest/ingest-all.ts';
import type { RegisterDb } from '../../../services/register/store/database.ts';
import type { Change } from '../../../services/register/store/changes.ts';
import { kafkaBrokers, logger, ownName } from '../harness/environment.ts';
import type { OwnTopic } from '../messaging/kafka.ts';

/** Three streams, each with an exchange of its own. */
export function ownStreams(more: Readonly<Record<string, string | number>> = {}) {
  const streamArguments = { 'x-queue-type': 'stream', ...more };
  const [started, completed, changed] = [
    ...[ownName('started'), ownName('completed'), ownName('changed')],
  ] as [string, string, string];
  const names = [started, completed, changed];
  return {
    streams: {
      ...{ started: { name: started }, completed: { name: completed } },
      changed: { name: changed },
    },
    topology: {
      exchanges: names.map((name) => ({ name, type: 'fanout' as const })),
      queues: names.map((name) => ({
        ...{ name, exchange: name, routingKey: '', arguments: streamArguments },
      })),
    },
  };
}
export type OwnStreams = ReturnType<typeof ownStreams>;

/** A replica of the register's ingest. `stop` also ends what it waits for. */
export function startIngest(settings: {
  db: RegisterDb;
  rabbit: Pick<RabbitConnection, 'state' | 'readStream' | 'streamEnd'>;
  temporal?: Pick<Temporal, 'withTimeout'>;
  streams: OwnStreams['streams'];
  topic: OwnTopic;
  groupId: string;
}): Ingest & { metric(name: string, source?: string): Promise<number> } {
  const stopping = new AbortController();
  const registry = new Registry();
  const noTemporal = { withTimeout: () => Promise.reject(new Error('no Temporal')) };
  const ingest = ingestAll({
    ...{ temporal: noTemporal, ...settings, registry, logger, stopping: stopping.signal },
    kafka: {
      ...{ brokers: kafkaBrokers, clientId: settings.groupId, topics: [settings.topic], logger },
    },
    topic: settings.topic.topic,
  });
  return {
    ...ingest,
    async metric(name, source) {
      const [metric] = (await registry.getMetricsAsJSON()).filter((one) => one.name === name);
      const values = metric?.values.filter(
        ({ labels }) => source === undefined || labels['source'] === source,
      );
      return values?.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
    async stop() {
      stopping.abort();
      await ingest.stop();
    },
  };
}

const extensionsOf = ({ correlationId, owner }: Change, runid?: string) => ({
  ...{ correlationid: correlationId, owner, runid },
});

/** What the orchestrator announces of the change's runs. */
export function eventsOf(change: Change): { started: DomainEvent[]; completed: DomainEvent[] } {
  const { correlationId, objectKey, runs } = change;
  return {
    started: runs.map(({ runId, startedAt }) =>
      createEvent('analysis.started', {
        ...{ id: eventIds.analysisStarted(correlationId, runId), subject: objectKey },
        extensions: extensionsOf(change, runId),
        data: { objectKey, startedAt: startedAt.toISOString() },
      }),
    ),
    completed: runs.flatMap(({ runId, startedAt, end }) => {
      if (end === undefined) return [];
      const { completedAt, ...result } = end;
      const times = { startedAt: startedAt.toISOString(), completedAt: completedAt.toISOString() };
      return createEvent('analysis.completed', {
        ...{ id: eventIds.analysisCompleted(correlationId, runId), subject: objectKey },
        extensions: extensionsOf(change, runId),
        data: { objectKey, ...result, ...times },
      });
    }),
  };
}

export async function announce(
  rabbit: Pick<RabbitConnection, 'publish'>,
  { started, completed }: Pick<OwnStreams['streams'], 'started' | 'completed'>,
  changes: readonly Change[],
): Promise<void> {
  const publish = (exchange: string, event: DomainEvent) => {
    const { headers, body } = encodeEvent(event, 'cloudEvents_');
    return rabbit.publish({ exchange, messageId: event.id, type: event.type, headers, body });
  };
  for (const change of changes) {
    const events = eventsOf(change);
    await Promise.all([
      ...events.started.map((event) => publish(started.name, event)),
      ...events.completed.map((event) => publish(completed.name, event)),
    ]);
  }
}

/** What ingestion publishes when the photo was accepted. */
export async function publishUpload(kafka: KafkaPublisher, { topic }: OwnTopic, change: Change) {
  const { correlationId, objectKey } = change;
  const event = createEvent(topics.imageUploaded, {
    ...{ id: eventIds.imageUploaded(correlationId), subject: objectKey },
    extensions: extensionsOf(change),
    data: {
      ...{ objectKey, uploadId: randomUUID(), contentType: 'image/jpeg', bytes: 7 },
      ...{ checksum: `sha256:${'0'.repeat(64)}`, occurredAt: new Date().toISOString() },
    },
  });
  const { headers, body } = encodeEvent(event, 'ce_');
  await kafka.publish(topic, { key: objectKey, headers, value: body });
}
