import { randomBytes, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
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
