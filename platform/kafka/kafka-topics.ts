import kafkajs from 'kafkajs';
import type { TopicDeclaration } from './kafka-client.ts';

/** A topic exists with other values than the code was written for; only a person can decide. */
export class TopicMismatchError extends Error {
  override readonly name = 'TopicMismatchError';
  readonly code = 'TOPIC_MISMATCH';
}

/**
 * Creates the topics that are missing and compares the others: Kafka keeps the old values silently.
 *
 * @throws {TopicMismatchError} lists every difference with its remedy.
 */
export async function ensureTopics(
  admin: kafkajs.Admin,
  topics: readonly TopicDeclaration[],
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) await admin.createTopics({ topics: missing.map(asKafkaTopic) });

  const faults = await differences(
    admin,
    topics.filter(({ topic }) => existing.has(topic)),
  );
  if (faults.length > 0) throw new TopicMismatchError(faults.join('\n'));
}

const asKafkaTopic = ({ topic, partitions, retentionMs }: TopicDeclaration) => ({
  topic,
  numPartitions: partitions,
  replicationFactor: -1, // the broker's default.replication.factor
  configEntries: [{ name: 'retention.ms', value: String(retentionMs) }],
});

async function differences(
  admin: kafkajs.Admin,
  topics: readonly TopicDeclaration[],
): Promise<string[]> {
  if (topics.length === 0) return [];
  const names = topics.map(({ topic }) => topic);
  const metadata = await admin.fetchTopicMetadata({ topics: names });
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: ['retention.ms'],
    })),
  });

  const faults: string[] = [];
  for (const { topic, partitions, retentionMs } of topics) {
    const found = metadata.topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    if (found !== partitions)
      faults.push(
        `topic ${topic} has ${found} partitions, not ${partitions}. Records of one key would change` +
          ` partition: drain the topic, delete it and start again, or set the table to ${found}.`,
      );
    const entries = configs.resources.find((found) => found.resourceName === topic)?.configEntries;
    const kept = entries?.find(({ configName }) => configName === 'retention.ms')?.configValue;
    if (kept !== String(retentionMs))
      faults.push(
        `topic ${topic} has retention.ms=${kept ?? 'unknown'}, not ${retentionMs}. Remedy: ` +
          `kafka-configs.sh --alter --topic ${topic} --add-config retention.ms=${retentionMs}`,
      );
  }
  return faults;
}
