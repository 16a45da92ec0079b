// The operators' command line: `npm run ops -- analyses ... | audit | register ... | dead-letters ...`. In: Temporal, both brokers, the orchestrator's door. Out: lines to read.
import { pick } from '../contracts/settings.ts';
import { topics, workQueues } from '../contracts/topology.ts';
import { ConfigError, readConfig } from '../platform/config.ts';
import { KafkaUnavailableError } from '../platform/kafka/kafka.ts';
import { createLogger } from '../platform/logger.ts';
import { RabbitUnavailableError } from '../platform/rabbitmq/rabbitmq.ts';
import { analysesCommands, ConnectionError } from './analyses/analyses.ts';
import { IncompleteRedoError } from './analyses/redo-listed.ts';
import { AnalysisNotFoundError } from './analyses/why-not-found.ts';
import { openDoor, sentenceOfProblem } from './command-line/door.ts';
import { exportCorrections } from './register/export-corrections.ts';
import { listAudit, rebuildRegister } from './register/register.ts';
import {
  ownerHash,
  readArguments,
  usage,
  UsageError,
  type Command,
} from './command-line/arguments.ts';
import { NotRedrivableError, type DeadLetterStore } from './dead-letters/dead-letter.ts';
import {
  dropDeadLetters,
  IncompleteListError,
  listDeadLetters,
  redriveDeadLetters,
  showDeadLetter,
} from './dead-letters/dead-letters.ts';
import { kafkaDeadLetters } from './dead-letters/kafka-dead-letters.ts';
import { rabbitDeadLetters } from './dead-letters/rabbitmq-dead-letters.ts';

/** By subject and verb; another subject is another file and more rows. */
const commands: Readonly<Record<string, Command>> = {
  ...analysesCommands,
  'audit list': (id, options, print) => listAudit(openDoor(), id, options, print),
  'corrections export': (file) => exportCorrections(openDoor(), file),
  'register rebuild': (_id, _options, print) => rebuildRegister(openDoor(), print),
  'owners hash': (user) => Promise.resolve([ownerHash(user)]),
  'dead-letters list': (_id, _options, print) => listDeadLetters(connectStores(), print),
  'dead-letters show': (id) => showDeadLetter(connectStores(), id),
  'dead-letters redrive': (id, { all }, print) =>
    redriveDeadLetters(connectStores(), { id, all }, print),
  'dead-letters drop': (id, { all }, print) => dropDeadLetters(connectStores(), { id, all }, print),
};

function connectStores(): DeadLetterStore[] {
  const config = readConfig(pick('KAFKA_BROKERS', 'RABBITMQ_URL'));
  const logger = createLogger('ops', 'error');
  const rabbit = { url: config.RABBITMQ_URL, logger };
  return [
    kafkaDeadLetters(Object.values(topics), { brokers: config.KAFKA_BROKERS, logger }),
    ...Object.values(workQueues).map((queue) => rabbitDeadLetters(queue, rabbit)),
  ];
}

const print = (line: string) => console.log(line);

async function run(): Promise<void> {
  const { command, id, options } = readArguments();
  if (options.help) {
    print(usage);
    return;
  }
  const perform = commands[command];
  if (perform === undefined)
    throw new UsageError(`unknown command '${command.trim()}': expected one of the following`);
  (await perform(id, options, print)).forEach(print);
}

/** Their message is the whole sentence. */
const saysAll = [
  ...[ConnectionError, ConfigError, AnalysisNotFoundError],
  ...[IncompleteListError, IncompleteRedoError],
];

/** One sentence for what an operator can do something about; anything else is a bug. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof NotRedrivableError) return `cannot redrive: ${error.message}`;
  if (error instanceof KafkaUnavailableError || error instanceof RabbitUnavailableError)
    return `${error.message}: check it (npm run infra -- status), start it (npm start) and repeat: nothing was lost`;
  if (saysAll.some((kind) => error instanceof kind)) return (error as Error).message;
  return sentenceOfProblem(error);
}

run()
  .catch((error: unknown) => {
    const wrongUsage = error instanceof UsageError;
    console.error(wrongUsage ? `${error.message}\n\n${usage}` : (sentenceOf(error) ?? error));
    process.exitCode = wrongUsage ? 2 : 1;
  })
  .finally(() => process.exit()); // a client that is still connecting would go on trying
