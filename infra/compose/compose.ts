// The commands of Docker Compose for one stack: its project, its file, its variables.
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { givenEnvironment } from '../stack/environment.ts';
import type { Stack } from '../stack/stack.ts';
import { docker } from './docker.ts';

const composeFile = fileURLToPath(new URL('../compose.yaml', import.meta.url));

/** Longer than any of these takes on a busy machine; an engine that hangs must not hold the stack. */
export const commandTimeoutMs = 30_000;

interface ComposeOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** @throws with what Docker says when it fails, or does not end in time. */
export async function compose(
  stack: Stack,
  args: readonly string[],
  options: ComposeOptions = {},
): Promise<string> {
  return run(composeArguments(stack, args), composeEnvironment(stack), options);
}

/**
 * A command that runs as long as its container does; Ctrl-C in the terminal is not for it.
 *
 * @param logFile gets what it prints; without one that is returned.
 */
export async function followCompose(
  stack: Stack,
  args: readonly string[],
  logFile?: string,
): Promise<{ stdout: string; stderr: string }> {
  const output = logFile === undefined ? 'pipe' : { file: logFile, append: true };
  const { stdout, stderr } = await execa('docker', composeArguments(stack, args), {
    cwd: tmpdir(),
    env: composeEnvironment(stack),
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    reject: false,
    detached: true,
    cleanup: false,
  });
  return { stdout, stderr };
}

/** Stops and removes the containers of a project by its name alone; their volumes stay. */
export async function removeContainers(project: string, graceMs: number): Promise<void> {
  const args = ['compose', '--project-name', project, 'down', '--timeout', seconds(graceMs)];
  await run(args, {}, { timeoutMs: graceMs + commandTimeoutMs });
}

export const seconds = (ms: number) => String(Math.round(ms / 1_000));

async function run(
  args: string[],
  env: Record<string, string>,
  { timeoutMs = commandTimeoutMs, signal }: ComposeOptions,
): Promise<string> {
  const { failed, stdout, reason } = await docker(args, { env, timeoutMs, signal });
  if (failed) throw new Error(`docker ${args.slice(-3).join(' ')}: ${reason}`);
  return stdout;
}

/** Removes the containers of a stack that does not run, and all their data. */
export async function removeData(stack: Stack): Promise<void> {
  await compose(stack, ['down', '--volumes']);
}

/** Whether a server of the stack has run in a container and left its data. */
export async function hasVolume(stack: Stack, server: string): Promise<boolean> {
  const name = `${projectOf(stack)}_${server}`;
  const listed = await run(['volume', 'ls', '--quiet', '--filter', `name=^${name}$`], {}, {});
  return listed.trim() !== '';
}

/**
 * One project per stack of one clone. Its name holds a hash of the stack's password: a volume is
 * never used with other passwords than those it was made with, and another clone's is left alone.
 */
export function projectOf(stack: Stack): string {
  const hash = createHash('sha256').update(stack.secrets.RABBITMQ_PASSWORD).digest('hex');
  return `trackunit-${stack.name}-${hash.slice(0, 8)}`;
}

export const composeArguments = (stack: Stack, args: readonly string[]): string[] => [
  ...['compose', '--project-name', projectOf(stack), '--file', composeFile],
  ...args,
];

/** Everything that compose.yaml takes from outside. */
export function composeEnvironment(stack: Stack): Record<string, string> {
  const { RABBITMQ_USER, RABBITMQ_PASSWORD, S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY } =
    stack.secrets;
  const { DATABASE_ADMIN_PASSWORD } = stack.secrets;
  const ports = Object.entries(stack.ports).map(([name, port]) => [
    `${name.toUpperCase().replaceAll('-', '_')}_PORT`,
    String(port),
  ]);
  return {
    ...(Object.fromEntries(ports) as Record<string, string>),
    ...{ RABBITMQ_USER, RABBITMQ_PASSWORD, S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY },
    DATABASE_ADMIN_PASSWORD,
    S3_REGION: givenEnvironment(stack)['S3_REGION'] ?? 'us-east-1',
    COMPOSE_PROFILES: 'minio', // `down` removes only what a profile shows it
  };
}
