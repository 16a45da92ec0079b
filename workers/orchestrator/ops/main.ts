// The operator's short way to one analysis: `npm run ops -- analyses list|show|cancel|redo`. In: Temporal. Out: lines to read.
import { parseArgs } from 'node:util';
import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { pick } from '../../../contracts/settings.ts';
import { analysisWorkflowId } from '../../../contracts/topology.ts';
import { ConfigError, readConfig } from '../../../platform/config.ts';
import { redoAnalysis, StillRunningError } from '../redo-analysis.ts';
import { listRuns } from './list-runs.ts';
import { showRun } from './show-run.ts';
import { readId, usage, UsageError } from './usage.ts';

const redoWaitMs = 30_000;

type Options = ReturnType<typeof readArguments>['values'];
type Command = (client: Client, id: string | undefined, options: Options) => Promise<string[]>;

/** By subject and verb; another subject is another file and more rows. */
const commands: Readonly<Record<string, Command>> = {
  'analyses list': (client, _id, { first, ...filter }) =>
    listRuns(client, { ...filter, first: Number(first) }),
  'analyses show': (client, id) => showRun(client, readId(id)),
  async 'analyses cancel'(client, id) {
    const correlationId = readId(id);
    const handle = client.workflow.getHandle(analysisWorkflowId(correlationId));
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING')
      return [`nothing to cancel: it has ended as ${status.name.toLowerCase()}`];
    await handle.cancel();
    return ['asked to cancel: the client hears CANCELLED, unless the outcome is decided already'];
  },
  async 'analyses redo'(client, id, { terminate }) {
    const correlationId = readId(id);
    const how = { terminate, waitMs: redoWaitMs, tell: (step: string) => console.log(step) };
    const runId = await redoAnalysis(client, correlationId, how);
    return [`run ${runId} analyses ${correlationId} anew`];
  },
};

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      owner: { type: 'string' },
      brand: { type: 'string' },
      code: { type: 'string' },
      first: { type: 'string', default: '20' },
      terminate: { type: 'boolean', default: false },
    },
  });
}

async function run(): Promise<void> {
  const { positionals, values } = readArguments();
  const [subject = '', verb = '', id] = positionals;
  const command = commands[`${subject} ${verb}`];
  if (command === undefined) throw new UsageError(usage);
  if (!/^[1-9]\d{0,3}$/.test(values.first)) throw new UsageError('--first is a number up to 9999');

  const config = readConfig(pick('TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'));
  const connection = await Connection.connect({
    address: config.TEMPORAL_ADDRESS,
    connectTimeout: '5 s',
  }).catch((error: unknown) => {
    throw new CannotReach(config.TEMPORAL_ADDRESS, { cause: error });
  });
  try {
    const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
    for (const line of await command(client, id, values)) console.log(line);
  } finally {
    await connection.close();
  }
}

class CannotReach extends Error {
  constructor(address: string, options: ErrorOptions) {
    super(`Temporal does not answer at ${address}: is it up (npm run infra -- status)?`, options);
  }
}

/** One sentence for what an operator can do something about; anything else is a fault of ours. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof WorkflowNotFoundError)
    return 'there is no such analysis, or it is older than Temporal keeps them';
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return 'somebody else has started it anew: `show` it first';
  if (error instanceof StillRunningError)
    return `${error.message}: its worker may be away. With --terminate it is ended at once.`;
  if (error instanceof CannotReach || error instanceof ConfigError) return error.message;
  return undefined;
}

const usageOf = ({ message }: Error) =>
  message.includes(usage) ? message : `${message}\n\n${usage}`;

run().catch((error: unknown) => {
  const wrongUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error); // parseArgs: an option it does not know
  console.error(wrongUsage ? usageOf(error) : (sentenceOf(error) ?? error));
  process.exitCode = wrongUsage ? 2 : 1;
});
