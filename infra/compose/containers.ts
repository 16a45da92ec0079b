// The servers as containers: the rows of the table, started by Docker Compose, detached.
// Why so: docs/decisions/servers-in-containers.md.
import { appendFileSync } from 'node:fs';
import { UserError } from '../host/user-error.ts';
import { runTool, type Report } from '../host/run-tool.ts';
import type { PortName } from '../stack/ports.ts';
import type { Run, Service, StartOptions } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import {
  commandTimeoutMs,
  compose,
  composeArguments,
  composeEnvironment,
  followCompose,
  projectOf,
  seconds,
} from './compose.ts';

/** Inside a container these stay where nobody else reaches them. */
export const insideOnly: ReadonlySet<PortName> = new Set([
  'epmd',
  'rabbitmq-distribution',
  'kafka-controller',
]);

const docker = { command: 'docker', remedy: 'install Docker, or set SERVERS=native.' };
const remedy =
  'Without containers: SERVERS=native takes native packages instead (SERVERS=native npm start).';

/** epmd is not a server of its own then: RabbitMQ's container has it. */
export function inContainers(servers: readonly Service[]): readonly Service[] {
  return servers.filter(({ ports }) => !insideOnly.has(ports[0])).map(inContainer);
}

/** Where it is and when it is ready is the row's own; what it needs of the machine is not. */
function inContainer(service: Service): Service {
  const [own, ...more] = service.ports;
  return {
    ...service,
    ports: [own, ...more.filter((name) => !insideOnly.has(name))],
    tools: [docker],
    install: {
      usually: '1 minute',
      tools: [],
      installed: () => false, // Compose looks for itself, in a moment and without the network
      run: (report, stack) => pull(service.name, stack, report),
    },
    start: (stack, options) => runContainer(service.name, stack, options),
    afterStop: () => Promise.resolve(), // nothing of it lies in the stack's folder
    remedy,
  };
}

async function pull(name: string, stack: Stack, report: Report): Promise<void> {
  try {
    await runTool(docker, composeArguments(stack, ['pull', name]), {
      report,
      env: composeEnvironment(stack),
    });
  } catch (error) {
    throw new UserError(
      `The image of ${name} cannot be pulled: look whether the network is there and the registry lets ` +
        `you in (docker login), then try again.\n${remedy}\n${(error as Error).message}`,
      { cause: error },
    );
  }
}

const startTimeoutMs = 120_000;

/** Where it does not come up, the run is one that has ended, and its log says why. */
async function runContainer(name: string, stack: Stack, options: StartOptions): Promise<Run> {
  const { logFile, signal } = options;
  const began = new Date().toISOString();
  const stop = async (graceMs: number) => {
    await compose(stack, ['unpause', name]).catch(() => undefined); // a paused one would not stop
    await compose(stack, ['down', '--timeout', seconds(graceMs), name], {
      timeoutMs: graceMs + commandTimeoutMs,
    });
    return 'stopped' as const;
  };
  let ended: Promise<string>;
  try {
    await compose(stack, ['up', '--wait', name], { timeoutMs: startTimeoutMs, signal });
    ended = endOf(name, stack);
    void followLog(name, stack, logFile, began);
  } catch (error) {
    appendFileSync(logFile, `${(error as Error).message}\n`);
    if (signal.aborted) await stop(0).catch(() => undefined);
    ended = Promise.resolve('not started');
  }
  return {
    handle: { project: projectOf(stack) },
    ended,
    stop,
    async kill() {
      await compose(stack, ['kill', name]);
    },
    async freeze() {
      await compose(stack, ['pause', name]);
    },
    async thaw() {
      await compose(stack, ['unpause', name]);
    },
  };
}

/** `docker compose wait` ends when the container does, and prints a sentence with its exit code. */
async function endOf(name: string, stack: Stack): Promise<string> {
  const { stdout, stderr } = await followCompose(stack, ['wait', name]);
  const code = /(\d+)\s*$/.exec(stdout)?.[1];
  return code === undefined ? (stdout || stderr).trim() : `exit code ${code}`;
}

/** Ends when the container does. */
async function followLog(name: string, stack: Stack, logFile: string, since: string) {
  const options = ['--follow', '--no-log-prefix', '--no-color', '--since', since];
  await followCompose(stack, ['logs', ...options, name], logFile);
}
