// `npm run infra -- ...`: the state of a stack, and one of its services by hand.
import { isStackName, stackNames, type StackName } from '../../contracts/processes.ts';
import type { ServiceName } from '../stack/service.ts';
import { backUpRegister, restoreRegister } from '../database/register-backup.ts';
import type { Report } from '../host/run-tool.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { freePort } from '../supervisor/preflight.ts';
import { connectStack, fetchStackReport, fetchFaults } from '../supervisor/control-client.ts';
import { isOnDemand } from '../system.ts';
import { UserError } from '../host/user-error.ts';
import { untilEnded } from './bring-up.ts';
import { runCommand, showTasks } from './display.ts';
import { moveStore } from './move-store.ts';
import { parseOptions } from './options.ts';

const usage = `npm run infra -- <command> [dev|test]

  status            every service of the running stack: whether it answers, and what it lacks
  stop <service>    lets it finish; it stays stopped until it is started
  start <service>   --inspect: restarts a process of ours with a debugger port, and prints it
  restart <service>
  down              stops everything that runs; the data stay
  store move        copies the photos from MinIO to VersityGW, which is the store from then on
  backup <file>     writes the rows of the register to a file that is not there yet
  restore <file>    puts them back into an empty register; --replace: deletes what it holds

<service> is a name that status shows. The stack is dev, that of npm start, where none is named.
The servers alone: npm start -- --servers`;

const options = { inspect: { type: 'boolean' }, replace: { type: 'boolean' } } as const;

const nameOf = ([name = 'dev', ...more]: readonly string[]): StackName => {
  if (more.length > 0) throw new UserError(usage);
  if (isStackName(name)) return name;
  throw new UserError(`unknown stack '${name}': ${stackNames.join(' or ')}.`);
};
const stackNamed = (words: readonly string[]): Stack => openStack(nameOf(words));

/** @param work resolves with what to say when it is done. */
async function showTask(title: string, work: (report: Report) => Promise<string>): Promise<void> {
  let done = '';
  const task = async (report: Report) => {
    done = await work(report);
  };
  await showTasks([{ title, task }]);
  console.log(done);
}

function fileAndStack([file, ...rest]: readonly string[]): [Stack, string] {
  if (file === undefined) throw new UserError(usage);
  return [stackNamed(rest), file];
}

const verbs = { stop: 'stopped', start: 'started', restart: 'restarted' } as const;
type ServiceVerb = keyof typeof verbs;
const isServiceVerb = (word: string): word is ServiceVerb => Object.hasOwn(verbs, word);

/** @throws {UserError} the stack does not run, or has no such service. */
async function controlService(
  verb: ServiceVerb,
  [name, ...rest]: readonly string[],
  inspect = false,
): Promise<void> {
  if (name === undefined || (inspect && verb !== 'start')) throw new UserError(usage);
  const stack = await connectStack(nameOf(rest));
  if (inspect) {
    const services = await stack.services();
    const processes = services.filter(({ role }) => role === 'process').map((one) => one.name);
    if (!processes.includes(name))
      throw new UserError(`invalid service '${name}' for --inspect: ${processes.join(', ')}.`);
  }
  const port = inspect ? await freePort() : undefined;
  const act = () =>
    port === undefined
      ? stack[verb](name as ServiceName)
      : stack.restart(name as ServiceName, {}, [`--inspect=127.0.0.1:${port}`]);
  await showTasks([{ title: `${verb} ${name}`, task: act }]);
  console.log(`${name} is ${verbs[verb]}.`);
  if (port !== undefined)
    console.log(
      `Its debugger listens on 127.0.0.1:${port}: attach an editor, or open chrome://inspect. ` +
        `\`npm run infra -- restart ${name}\` ends that.`,
    );
}

async function down(stack: Stack): Promise<void> {
  const report = await fetchStackReport(stack);
  if (report === undefined) {
    console.log(`Stack ${stack.name} is not running.`);
    return;
  }
  const ended = untilEnded(report.pid);
  process.kill(report.pid, 'SIGTERM');
  await ended;
  console.log(`Stack ${stack.name} is stopped; its data stay.`);
}

/** What of a stack runs, and whether it answers. */
async function showStatus(stack: Stack): Promise<void> {
  const report = await fetchStackReport(stack);
  if (report === undefined) {
    console.log(`Stack ${stack.name} is not running.`);
    return;
  }
  const faults = await fetchFaults(stack);
  for (const { name, state, url, pid } of report.services) {
    const onDemand = state === 'stopped' && isOnDemand(name as ServiceName, stack);
    const fault = faults[name];
    const shown = onDemand ? 'on demand' : (fault?.state ?? state);
    const row = [name.padEnd(28), shown.padEnd(12), String(pid ?? '-').padEnd(8), url].join(' ');
    console.log(fault === undefined ? row : `${row}  (${fault.reason})`);
  }
}

// Last: all that it uses has to be defined.
runCommand(async () => {
  const { values, positionals } = parseOptions(process.argv.slice(2), options, usage);
  const [verb = '', ...words] = positionals;
  if (values.replace && verb !== 'restore') throw new UserError(usage);
  if (isServiceVerb(verb)) await controlService(verb, words, values.inspect);
  else if (verb === 'status') await showStatus(stackNamed(words));
  else if (verb === 'down') await down(stackNamed(words));
  else if (verb === 'backup') {
    const given = fileAndStack(words);
    await showTask('back up', (report) => backUpRegister(...given, report));
  } else if (verb === 'restore') {
    const given = fileAndStack(words);
    await showTask('restore', (report) =>
      restoreRegister(...given, values.replace === true, report),
    );
  } else if (verb === 'up')
    throw new UserError('`up` is now `npm start -- --servers`: the servers alone, until Ctrl-C.');
  else if (verb === 'store' && words[0] === 'move') {
    await moveStore(stackNamed(words.slice(1)));
    process.exit();
  } else throw new UserError(usage);
});
