import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { analysisWorkflowId } from '../../../contracts/topology.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { connectTemporal } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';

/** A namespace of the test's own: no other test's worker can take its tasks. */
export async function openNamespace(): Promise<{ address: string; namespace: string }> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const namespace = `test-${randomUUID()}`;
  const logger = silentLogger();
  const first = connectTemporal({ address, namespace: 'default', identity: 'test', logger });
  await first.connected();
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never }; // typed Long, a number does
  await first.withTimeout(10_000, ({ workflowService }) =>
    workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod }),
  );
  await first.close();
  return { address, namespace };
}

/** The input of an analysis that no other test has. */
export const analysisInput = (more: Partial<AnalysisInput> = {}): AnalysisInput => ({
  correlationId: uuidv7(),
  owner: randomBytes(16).toString('hex'),
  objectKey: `images/2026/11/24/${randomUUID()}.jpg`,
  contentType: 'image/jpeg',
  bytes: 48_213,
  checksum: `sha256:${randomBytes(32).toString('hex')}`,
  entry: 'orchestrator',
  patienceMs: 60_000,
  graceMs: 60_000,
  ...more,
});

/** Calls the stack's Temporal as an operator does. */
export async function askTemporal<Answer>(
  { stack }: StackControl,
  call: (client: Client['workflow']) => Promise<Answer>,
): Promise<Answer> {
  const connection = await Connection.connect({ address: `127.0.0.1:${stack.ports.temporal}` });
  try {
    return await call(new Client({ connection }).workflow);
  } finally {
    await connection.close();
  }
}

/** What Temporal keeps of one analysis. */
export const readRuns = (stack: StackControl, correlationId: string) =>
  askTemporal(stack, async (workflow) => {
    const workflowId = analysisWorkflowId(correlationId);
    const { count } = await workflow.count(`WorkflowId = '${workflowId}'`);
    const events = (await workflow.getHandle(workflowId).fetchHistory()).events ?? [];
    const scheduled = events.map((event) => event.activityTaskScheduledEventAttributes);
    const attempts = events.map((event) => event.activityTaskStartedEventAttributes?.attempt ?? 0);
    return {
      runs: count,
      askedVision: scheduled.some((one) => one?.activityType?.name === 'recognizeImage'),
      attempts: Math.max(0, ...attempts),
      signalled: events.some((event) => event.workflowExecutionSignaledEventAttributes),
    };
  });

/** Analyses that are running, as Temporal's lists know them. */
export const countOpenRuns = (stack: StackControl) =>
  askTemporal(
    stack,
    async (client) =>
      (await client.count("WorkflowType = 'analyzeImage' AND ExecutionStatus = 'Running'")).count,
  );
