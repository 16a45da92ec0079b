// `analyses list | show | cancel | redo`, answered by Temporal.
import { Client, Connection } from '@temporalio/client';
import { pick } from '../../contracts/settings.ts';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { readId, type Command } from '../command-line/arguments.ts';
import { listRuns } from './list-runs.ts';
import { redoAnalysis } from './redo-analysis.ts';
import { showRun } from './show-run.ts';

const redoWaitMs = 30_000;

export const analysesCommands: Readonly<Record<string, Command>> = {
  'analyses list': withTemporal((client, _id, { state, owner, brand, code, first }) =>
    listRuns(client, { state, owner, brand, code, first: Number(first) }),
  ),
  'analyses show': withTemporal((client, id) => showRun(client, readId(id))),
  'analyses cancel': withTemporal(async (client, id) => {
    const workflowId = analysisWorkflowId(readId(id));
    const handle = client.workflow.getHandle(workflowId);
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING')
      return [`nothing to cancel: ${workflowId} has ended as ${status.name.toLowerCase()}`];
    await handle.cancel();
    return [
      `cancellation of ${workflowId} requested: its client gets CANCELLED, or a result that came first`,
    ];
  }),
  'analyses redo': withTemporal(async (client, id, { terminate }, print) => {
    const correlationId = readId(id);
    const how = { terminate, waitMs: redoWaitMs, onStep: print };
    const runId = await redoAnalysis(client, correlationId, how);
    return [`run ${runId} started for ${analysisWorkflowId(correlationId)}`];
  }),
};

/** No Temporal at the address given. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(address: string, options: ErrorOptions) {
    super(
      `Temporal does not answer at ${address}: check it (npm run infra -- status), start it (npm start)`,
      options,
    );
  }
}

function withTemporal(
  work: (client: Client, ...given: Parameters<Command>) => ReturnType<Command>,
): Command {
  return async (...given) => {
    const config = readConfig(pick('TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'));
    const connection = await Connection.connect({
      address: config.TEMPORAL_ADDRESS,
      connectTimeout: '5 s',
    }).catch((error: unknown) => {
      throw new ConnectionError(config.TEMPORAL_ADDRESS, { cause: error });
    });
    try {
      const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
      return await work(client, ...given);
    } finally {
      await connection.close();
    }
  };
}
