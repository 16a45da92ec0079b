// `analyses list | show`, answered by Temporal; `cancel | redo`, by the orchestrator's door.
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { pick } from '../../contracts/settings.ts';
import { analysisWorkflowId } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';
import { readId, UsageError, type Command } from '../command-line/arguments.ts';
import { openDoor } from '../command-line/door.ts';
import { isProblem } from '../../platform/http/problem.ts';
import { listRuns } from './list-runs.ts';
import { redoListed } from './redo-listed.ts';
import { showRun } from './show-run.ts';
import { AnalysisNotFoundError, whyNotFound } from './why-not-found.ts';

export const analysesCommands: Readonly<Record<string, Command>> = {
  'analyses list': withTemporal((client, _id, { state, owner, brand, code, first }) =>
    listRuns(client, { state, owner, brand, code, first: Number(first) }),
  ),
  'analyses show': withTemporal((client, id) => showRun(client, readId(id))),
  'analyses cancel': withTemporal(async (client, id, { reason }) => {
    const correlationId = readId(id);
    try {
      await openDoor().cancel(correlationId, { reason });
    } catch (error) {
      if (isProblem(error, 'ALREADY_ENDED'))
        return [`nothing to cancel: ${analysisWorkflowId(correlationId)} has ended`];
      throw await explained(client, correlationId, error);
    }
    return [
      `cancellation of ${analysisWorkflowId(correlationId)} requested: its client gets CANCELLED, or a result that came first`,
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
  const { terminate, state, owner, brand, code, first, reason } = options;
  if (id === undefined)
    return redoListed(
      client,
      { state, owner, brand, code, first: Number(first) },
      (one) => openDoor().redo(one, { running: 'refuse', reason }),
      print,
    );
  const correlationId = readId(id);
  const running = terminate ? 'terminate' : 'cancel';
  try {
    const runId = await openDoor().redo(correlationId, { running, reason });
    return [`run ${runId} started for ${analysisWorkflowId(correlationId)}`];
  } catch (error) {
    throw await explained(client, correlationId, error);
  }
});

/** Why there is none of this id, as far as Temporal can say. */
async function explained(client: Client, correlationId: string, error: unknown): Promise<unknown> {
  if (!isProblem(error, 'NO_ANALYSIS')) return error;
  return new AnalysisNotFoundError(await whyNotFound(client, correlationId), { cause: error });
}

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
