// The operator's short way: `npm run ops -- analyses ... | dead-letters ...`. In: Temporal, both brokers. Out: lines to read.
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { pick } from '../contracts/settings.ts';
import { topics, workQueues } from '../contracts/topology.ts';
import { ConfigError, readConfig } from '../platform/config.ts';
import { KafkaUnavailableError } from '../platform/kafka/kafka.ts';
import { createLogger } from '../platform/logger.ts';
import { RabbitUnavailableError } from '../platform/rabbitmq/rabbitmq.ts';
import { StillRunningError } from './analyses/redo-analysis.ts';
import { analysesCommands, CannotReach } from './analyses/analyses.ts';
import { readArguments, type Command } from './arguments.ts';
import { NotRedrivableError, type DeadLetterOffice } from './dead-letters/dead-letter.ts';
import {
  dropLetters,
  listLetters,
  redriveLetters,
  showLetter,
} from './dead-letters/dead-letters.ts';
import { kafkaLetters } from './dead-letters/kafka-dead-letters.ts';
import { rabbitLetters } from './dead-letters/rabbitmq-dead-letters.ts';
import { usage, UsageError } from './usage.ts';

/** By subject and verb; another subject is another file and more rows. */
const commands: Readonly<Record<string, Command>> = {
  ...analysesCommands,
  'dead-letters list': () => listLetters(offices()),
  'dead-letters show': (id) => showLetter(offices(), id),
  'dead-letters redrive': async (id, { all }) => {
    await redriveLetters(offices(), { id, all }, tell);
    return [];
  },
  'dead-letters drop': async (id, { all }) => {
    await dropLetters(offices(), { id, all }, tell);
    return [];
  },
};

function offices(): DeadLetterOffice[] {
  const config = readConfig(pick('KAFKA_BROKERS', 'RABBITMQ_URL'));
  const logger = createLogger('ops', 'error');
  const rabbit = { url: config.RABBITMQ_URL, logger };
  return [
    kafkaLetters(Object.values(topics), { brokers: config.KAFKA_BROKERS, logger }),
    ...Object.values(workQueues).map((queue) => rabbitLetters(queue, rabbit)),
  ];
}

async function run(): Promise<void> {
  const { command, id, options } = readArguments();
  if (options.help) {
    tell(usage);
    return;
  }
  const perform = commands[command];
  if (perform === undefined) throw new UsageError(usage);
  for (const line of await perform(id, options)) tell(line);
}

function tell(line: string): void {
  console.log(line);
}

/** One sentence for what an operator can do something about; anything else is a fault of ours. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof WorkflowNotFoundError)
    return 'there is no such analysis, or it is older than Temporal keeps them';
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return 'somebody else has started it anew: `show` it first';
  if (error instanceof StillRunningError)
    return `${error.message}: its worker may be away. With --terminate it is ended at once.`;
  if (error instanceof NotRedrivableError) return `cannot be put back: ${error.message}`;
  if (error instanceof KafkaUnavailableError || error instanceof RabbitUnavailableError)
    return `${error.message}: is it up (npm run infra -- status)? If not: npm start. Nothing was lost.`;
  if (error instanceof CannotReach || error instanceof ConfigError) return error.message;
  return undefined;
}

const usageOf = ({ message }: Error) =>
  message.includes(usage) ? message : `${message}\n\n${usage}`;

run()
  .catch((error: unknown) => {
    const wrongUsage = error instanceof UsageError;
    console.error(wrongUsage ? usageOf(error) : (sentenceOf(error) ?? error));
    process.exitCode = wrongUsage ? 2 : 1;
  })
  .finally(() => process.exit()); // a client that was left while it connected would go on trying
