// The servers as containers, by Docker Compose: the rows of the table, started in another way.
// Why each is followed by a command of its own: docs/decisions/servers-in-containers.md.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { CannotDo } from '../cannot-do.ts';
import type { Report } from '../native/install/install-once.ts';
import { givenEnvironment } from '../environment.ts';
import { runTool } from '../native/install/run-tool.ts';
import type { Part } from '../part.ts';
import type { PortName } from '../ports.ts';
import type { Stack } from '../stack.ts';

const composeFile = fileURLToPath(new URL('../compose.yaml', import.meta.url));

/** Inside a container these stay where nobody else reaches them. */
export const insideOnly: ReadonlySet<PortName> = new Set([
  'epmd',
  'rabbitmq-distribution',
  'kafka-controller',
]);

const docker = { command: 'docker', remedy: 'install Docker, or set SERVERS=native.' };
const remedy =
  'Without containers: SERVERS=native takes native packages instead (SERVERS=native npm start).';

/** epmd is no server of its own then: RabbitMQ's container has it. */
export function inContainers(servers: readonly Part[]): readonly Part[] {
  return servers.filter(({ ports }) => !insideOnly.has(ports[0])).map(inContainer);
}

/** Where it is and when it is ready is the row's own; what it needs of the machine is not. */
function inContainer(part: Part): Part {
  const [own, ...more] = part.ports;
  return {
    ...part,
    ports: [own, ...more.filter((name) => !insideOnly.has(name))],
    tools: [docker],
    install: {
      usually: '1 minute',
      tools: [],
      installed: () => false, // Compose looks for itself, in a moment and without the network
      run: (report, stack) => pull(part.name, stack, report),
    },
    prepare: (stack) => ({
      command: docker.command,
      // Attached: its output is the server's log, and it ends when the container does, as that did.
      args: composeArguments(
        stack,
        'up',
        '--no-log-prefix',
        '--exit-code-from',
        part.name,
        part.name,
      ),
      cwd: stack.folder,
      env: composeEnvironment(stack),
    }),
    afterStop: () => Promise.resolve(), // nothing of it lies in the stack's folder
    container: (stack) => `${projectOf(stack)}-${part.name}-1`,
    remedy,
  };
}

async function pull(name: string, stack: Stack, report: Report): Promise<void> {
  try {
    await runTool(docker, composeArguments(stack, 'pull', name), {
      report,
      env: composeEnvironment(stack),
    });
  } catch (error) {
    throw new CannotDo(
      `The image of ${name} cannot be pulled: look whether the network is there and the registry lets ` +
        `you in (docker login), then try again.\n${remedy}\n${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Removes the containers of a stack that does not run, and all their data. */
export async function removeData(stack: Stack): Promise<void> {
  await runTool(docker, composeArguments(stack, 'down', '--volumes'), {
    report: () => undefined,
    env: composeEnvironment(stack),
  });
}

/** Whether a server of the stack has run in a container and left its data. */
export async function hasVolume(stack: Stack, server: string): Promise<boolean> {
  const name = `${projectOf(stack)}_${server}`;
  const filter = ['--quiet', '--filter', `name=^${name}$`];
  const { stdout } = await execa('docker', ['volume', 'ls', ...filter], { timeout: 30_000 });
  return stdout.trim() !== '';
}

/**
 * One project per stack of one clone. Its name holds a mark of the stack's secrets: a volume is
 * never met by other passwords than those it was made with, and another clone's is left alone.
 */
export function projectOf(stack: Stack): string {
  const mark = createHash('sha256').update(stack.secrets.RABBITMQ_PASSWORD).digest('hex');
  return `trackunit-${stack.name}-${mark.slice(0, 8)}`;
}

const composeArguments = (stack: Stack, ...args: readonly string[]): string[] => [
  ...['compose', '--project-name', projectOf(stack), '--file', composeFile],
  ...args,
];

/** Everything that compose.yaml takes from outside. */
export function composeEnvironment(stack: Stack): Record<string, string> {
  const { RABBITMQ_USER, RABBITMQ_PASSWORD, S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY } =
    stack.secrets;
  const ports = Object.entries(stack.ports).map(([name, port]) => [
    `${name.toUpperCase().replaceAll('-', '_')}_PORT`,
    String(port),
  ]);
  return {
    ...(Object.fromEntries(ports) as Record<string, string>),
    ...{ RABBITMQ_USER, RABBITMQ_PASSWORD, S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY },
    S3_REGION: givenEnvironment(stack)['S3_REGION'] ?? 'us-east-1',
    COMPOSE_COMPATIBILITY: 'false', // it would name the containers otherwise
    COMPOSE_PROFILES: 'minio', // `down` removes only what a profile shows it
  };
}
