// `analyses list | show | cancel | redo`, answered by Temporal.
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { pick } from '../../contracts/settings.ts';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { readId, UsageError, type Command } from '../command-line/arguments.ts';
import { cancelRun } from './cancel-run.ts';
import { listRuns } from './list-runs.ts';
import { redoAnalysis } from './redo-analysis.ts';
import { redoListed } from './redo-listed.ts';
import { showRun } from './show-run.ts';
import { AnalysisNotFoundError, whyNotFound } from './why-not-found.ts';

const redoWaitMs = 30_000;

export const analysesCommands: Readonly<Record<string, Command>> = {
  'analyses list': withTemporal((client, _id, { state, owner, brand, code, first }) =>
    listRuns(client, { state, owner, brand, code, first: Number(first) }),
  ),
  'analyses show': withTemporal((client, id) => showRun(client, readId(id))),
  'analyses cancel': withTemporal(async (client, id) => {
    const workflowId = analysisWorkflowId(readId(id));
    const run = await client.workflow.getHandle(workflowId).describe();
    if (run.closeTime !== undefined)
      return [`nothing to cancel: ${workflowId} has ended as ${run.status.name.toLowerCase()}`];
    const { closeTime, status } = await cancelRun(client, run);
    if (closeTime !== undefined && status.name !== 'CANCELLED')
      return [
        `nothing to cancel: ${workflowId} has ended meanwhile as ${status.name.toLowerCase()}`,
      ];
    return [
      `cancellation of ${workflowId} requested: its client gets CANCELLED, or a result that came first`,
    ];
  }),
  'analyses redo': async (id, options, print) => {
    if (id === undefined && options.terminate)
      throw new UsageError(
        'invalid --terminate: expected only with an id, what a filter redoes is closed',
      );
    return redo(id, options, print);
  },
};

const redo = withTemporal(async (client, id, options, print) => {
  const { terminate, state, owner, brand, code, first } = options;
  if (id === undefined)
    return redoListed(client, { state, owner, brand, code, first: Number(first) }, print);
  const correlationId = readId(id);
  const how = { terminate, waitMs: redoWaitMs, onStep: print };
  const runId = await redoAnalysis(client, correlationId, how);
  return [`run ${runId} started for ${analysisWorkflowId(correlationId)}`];
});

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
    const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
    try {
      return await work(client, ...given);
    } catch (error) {
      const [id] = given;
      if (!(error instanceof WorkflowNotFoundError) || id === undefined) throw error;
      throw new AnalysisNotFoundError(await whyNotFound(client, readId(id)), { cause: error });
    } finally {
      await connection.close();
    }
  };
}
