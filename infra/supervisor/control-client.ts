// Reaches into a running stack (`npm start`, `npm test`) by name.
import type { Action, Refusal, ServiceFault, StackReport } from './control-api.ts';
import type { StackName } from '../../contracts/processes.ts';
import { UserError } from '../host/user-error.ts';
import type { ServiceName } from '../stack/service.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { processListFile, readProcessList } from './process-list.ts';
import type { ServiceOptions } from './supervised-service.ts';

type Environment = ServiceOptions['environment'];

export interface StackControl {
  readonly stack: Stack;
  /** Where a service answers, e.g. `http://127.0.0.1:7000`. */
  url(name: ServiceName): string;
  /** State, pid and last end of every service. */
  services(): Promise<StackReport['services']>;
  /** Lets it finish; resolves when it is gone. It stays stopped until `start`. */
  stop(name: ServiceName): Promise<void>;
  /** Resolves when it is ready. */
  start(
    name: ServiceName,
    environment?: Environment,
    nodeOptions?: readonly string[],
  ): Promise<void>;
  /** Stop and start; `environment` is added to the usual one until the next start or restart that brings its own. */
  restart(
    name: ServiceName,
    environment?: Environment,
    nodeOptions?: readonly string[],
  ): Promise<void>;
  /** SIGKILL; resolves when it is dead. The launcher starts it again after a second: see `ready`. */
  kill(name: ServiceName): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers, until `thaw`. */
  freeze(name: ServiceName): Promise<void>;
  thaw(name: ServiceName): Promise<void>;
  /** Resolves when it is ready (again). */
  ready(name: ServiceName): Promise<void>;
}

/** It holds its port and is silent. */
class HangingLauncherError extends UserError {}

/** @throws {UserError} when no launcher of that stack runs, or it does not answer us. */
export async function connectStack(
  name: StackName,
  stack: Stack = openStack(name),
  actTimeoutMs = 180_000, // a stop, and a start with all its tries
  reportTimeoutMs = usualReportTimeoutMs,
): Promise<StackControl> {
  const notRunning = () =>
    new UserError(
      `Stack ${name} is not running: start it with \`npm start\`, or its tests with \`npm test\`.`,
    );
  const report = async () => {
    const found = await fetchStackReport(stack, reportTimeoutMs);
    if (found) return found;
    throw notRunning();
  };
  const describeWait = async (service: ServiceName, action: Action) => {
    const found = (await report()).services.find((one) => one.name === service);
    return new UserError(
      `${service}: ${action} not finished within ${actTimeoutMs / 1_000} s, its state is '${found?.state}'. The launcher ` +
        'goes on with it: look at it with `npm run infra -- status`.',
    );
  };
  const post =
    (action: Action) =>
    async (
      service: ServiceName,
      environment?: Environment,
      nodeOptions?: readonly string[],
    ): Promise<void> => {
      const options: ServiceOptions = { environment, nodeOptions };
      const path = `/services/${service}/${action}`;
      const response = await call(stack, path, actTimeoutMs, options).catch(
        async (error: unknown) => {
          throw error instanceof HangingLauncherError ? await describeWait(service, action) : error;
        },
      );
      if (response === undefined) throw notRunning();
      await assertOk(response, stack);
    };
  const urls = new Map((await report()).services.map(({ name, url }) => [name, url]));
  return {
    stack,
    url(service) {
      const url = urls.get(service);
      if (url === undefined)
        throw new UserError(
          `unknown service '${service}' in the running stack ${name}: ${[...urls.keys()].join(', ')}.`,
        );
      return url;
    },
    services: async () => (await report()).services,
    stop: post('stop'),
    start: post('start'),
    restart: post('restart'),
    kill: post('kill'),
    freeze: post('freeze'),
    thaw: post('thaw'),
    ready: post('ready'),
  };
}

const usualReportTimeoutMs = 10_000;
/** Nobody listens, or who did has ended. */
const goneCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/**
 * What the launcher of a stack says about itself; undefined when nobody listens.
 *
 * @throws {UserError} it hangs, or belongs to another clone.
 */
export async function fetchStackReport(
  stack: Stack,
  withinMs = usualReportTimeoutMs,
): Promise<StackReport | undefined> {
  const response = await call(stack, '/services', withinMs);
  if (response === undefined) return undefined;
  await assertOk(response, stack);
  return (await response.json()) as StackReport;
}

/** @returns by name, what is wrong with services that are up; nothing when nobody listens. */
export async function fetchFaults(stack: Stack): Promise<Record<string, ServiceFault>> {
  const response = await call(stack, '/faults', usualReportTimeoutMs);
  if (response === undefined) return {};
  await assertOk(response, stack);
  return (await response.json()) as Record<string, ServiceFault>;
}

/** @returns undefined when nobody listens, or who did has ended. */
async function call(
  stack: Stack,
  path: string,
  withinMs: number,
  body?: ServiceOptions,
): Promise<Response | undefined> {
  const { control } = stack.ports;
  try {
    return await fetch(`http://127.0.0.1:${control}${path}`, {
      headers: {
        authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    });
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') {
      const { code = '', message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
      if (goneCodes.includes(code)) return undefined;
      throw new UserError(
        `Port ${control} does not answer as the launcher of stack ${stack.name} does (${message}): another program may ` +
          'have the port. Stop that one, then try again.',
        { cause: error },
      );
    }
    const [run] = readProcessList(processListFile(stack.folder));
    const pid = run?.launcher.pid ?? '<pid>';
    throw new HangingLauncherError(
      `The launcher of stack ${stack.name} (process ${pid}) holds port ${control} and has not answered within ` +
        `${withinMs / 1_000} s: it hangs or is suspended. Continue it with \`kill -CONT ${pid}\`, or end it with ` +
        `\`kill -KILL ${pid}\` (its services end with it), then try again.`,
      { cause: error },
    );
  }
}

async function assertOk(response: Response, { name, folder, ports }: Stack): Promise<void> {
  if (response.ok) return;
  if (response.status === 401)
    throw new UserError(
      `The launcher on port ${ports.control} refused the token in ${folder}/secrets.json (401): it is that of another ` +
        `clone, or ${folder} was replaced while it ran. Stop it where it was started, then start stack ${name} here.`,
    );
  const text = await response.text();
  let refusal: Partial<Refusal>;
  try {
    refusal = JSON.parse(text) as Partial<Refusal>;
  } catch {
    refusal = {};
  }
  const { message, forUsers = false } = refusal;
  if (message === undefined)
    throw new UserError(
      `Port ${ports.control} answered ${response.status}, and not as the launcher of stack ${name} does: another ` +
        'program has the port. Stop that one, then try again.',
    );
  throw forUsers ? new UserError(message) : new Error(message);
}
