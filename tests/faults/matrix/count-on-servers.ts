// What the servers themselves say about a load: Temporal, the register's database, the stream, the dead letters.
import { randomUUID } from 'node:crypto';
import { connect, type ConsumeMessage } from 'amqplib';
import { decodeJwt } from 'jose';
import { streamQueues, workflowTypes, streamMarkerHeader } from '../../../contracts/topology.ts';
import { ownerFrom } from '../../../gateway/auth/verify-token.ts';
import { withConnection } from '../../../infra/database/connection.ts';
import { databaseUrl, rabbitmqUrl } from '../../../infra/stack/environment.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { sumMetric } from '../../support/harness/metrics.ts';
import { askTemporal } from '../../support/harness/temporal.ts';

/** Runs of analyses, closed or open, that belong to the user of the token. */
export async function countRuns(stack: StackControl, token: string): Promise<number> {
  const owner = ownerFrom(decodeJwt(token), ['iss', 'sub']);
  const type = workflowTypes.analyzeImage;
  const { count } = await askTemporal(stack, (workflow) =>
    workflow.count(`WorkflowType = '${type}' AND Owner = '${owner}'`),
  );
  return count;
}

/** Runs with an end that the register keeps for the user of the token, and the analyses they belong to. */
export async function countRegistered(
  { stack }: StackControl,
  token: string,
): Promise<{ runs: number; analyses: number }> {
  const owner = ownerFrom(decodeJwt(token), ['iss', 'sub']);
  return withConnection(databaseUrl(stack), async (client) => {
    const { rows } = await client.query<{ runs: number; analyses: number }>(
      `select count(*)::int as runs, count(distinct correlation_id)::int as analyses
       from runs join analyses using (correlation_id)
       where owner = $1 and runs.completed_at is not null`,
      [owner],
    );
    return rows[0] ?? { runs: 0, analyses: 0 };
  });
}

/** Reads the whole stream of completed analyses: the events about these, and their different ids. */
export async function readCompletions(
  { stack }: StackControl,
  correlationIds: ReadonlySet<string>,
): Promise<{ events: number; ids: number }> {
  const connection = await connect(rabbitmqUrl(stack));
  try {
    const channel = await connection.createChannel();
    const { name } = streamQueues.completed;
    const marker = `marker:${randomUUID()}`; // the end of the stream as it is now
    const headers = { [streamMarkerHeader]: 'true' };
    channel.sendToQueue(name, Buffer.alloc(0), { messageId: marker, headers });
    await channel.prefetch(200);
    const messageIds: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const take = (message: ConsumeMessage | null) => {
        if (message === null) {
          reject(new Error(`the stream ${name} was deleted`));
          return;
        }
        channel.ack(message);
        const id = String(message.properties.messageId);
        if (id === marker) resolve();
        else if (correlationIds.has(id.split(':')[0] ?? '')) messageIds.push(id);
      };
      channel.consume(name, take, { arguments: { 'x-stream-offset': 'first' } }).catch(reject);
    });
    return { events: messageIds.length, ids: new Set(messageIds).size };
  } finally {
    await connection.close();
  }
}

const gauges = [
  ['svc-messaging-bridge', 'bridge_dead_letters'],
  ['svc-analysis-orchestrator', 'orchestrator_dead_letters'],
] as const;

/** Dead letters of both brokers, as their gauges say. */
export async function countDeadLetters(stack: StackControl): Promise<number> {
  const counts = await Promise.all(
    gauges.map(([process, gauge]) => sumMetric(stack.url(process), gauge)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
