// `analyses list | show | cancel | redo`: asked of Temporal.
import { Client, Connection } from '@temporalio/client';
import { pick } from '../../contracts/settings.ts';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { redoAnalysis } from './redo-analysis.ts';
import type { Command, Options } from '../arguments.ts';
import { listRuns } from './list-runs.ts';
import { showRun } from './show-run.ts';
import { readId } from '../usage.ts';

const redoWaitMs = 30_000;

export const analysesCommands: Readonly<Record<string, Command>> = {
  'analyses list': withTemporal((client, _id, { state, owner, brand, code, first }) =>
    listRuns(client, { state, owner, brand, code, first: Number(first) }),
  ),
  'analyses show': withTemporal((client, id) => showRun(client, readId(id))),
  'analyses cancel': withTemporal(async (client, id) => {
    const correlationId = readId(id);
    const handle = client.workflow.getHandle(analysisWorkflowId(correlationId));
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING')
      return [`nothing to cancel: it has ended as ${status.name.toLowerCase()}`];
    await handle.cancel();
    return ['asked to cancel: the client hears CANCELLED, unless the outcome is decided already'];
  }),
  'analyses redo': withTemporal(async (client, id, { terminate }) => {
    const correlationId = readId(id);
    const how = { terminate, waitMs: redoWaitMs, tell: (step: string) => console.log(step) };
    const runId = await redoAnalysis(client, correlationId, how);
    return [`run ${runId} analyses ${correlationId} anew`];
  }),
};

/** No server at the address given. */
export class CannotReach extends Error {
  override readonly name = 'CannotReach';

  constructor(address: string, options: ErrorOptions) {
    super(
      `Temporal does not answer at ${address}: is it up (npm run infra -- status)? If not: npm start.`,
      options,
    );
  }
}

function withTemporal(
  work: (client: Client, id: string | undefined, options: Options) => Promise<string[]>,
): Command {
  return async (id, options) => {
    const config = readConfig(pick('TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'));
    const connection = await Connection.connect({
      address: config.TEMPORAL_ADDRESS,
      connectTimeout: '5 s',
    }).catch((error: unknown) => {
      throw new CannotReach(config.TEMPORAL_ADDRESS, { cause: error });
    });
    try {
      const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
      return await work(client, id, options);
    } finally {
      await connection.close();
    }
  };
}
