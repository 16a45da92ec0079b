// Reaches into a running stack (`npm start`, `npm test`) by name.
import type { Action, ServiceFault, StackReport } from './control-api.ts';
import { UserError } from '../host/user-error.ts';
import type { ServiceName } from '../stack/service.ts';
import type { StackName } from '../stack/ports.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import type { ServiceOptions } from './supervise.ts';

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

/** @throws {UserError} when no launcher of that stack runs. */
export async function connectStack(name: StackName): Promise<StackControl> {
  const stack = openStack(name);
  const report = async () => {
    const found = await fetchStackReport(stack);
    if (found) return found;
    throw new UserError(
      `Stack ${name} is not running: start it with \`npm start\`, or its tests with \`npm test\`.`,
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
      const response = await call(stack, 'POST', `/services/${service}/${action}`, options);
      if (response.ok) return;
      const { message } = (await response.json()) as { message: string };
      throw response.status === 404 ? new UserError(message) : new Error(message);
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

/** What the launcher of a stack says about itself; undefined when none answers. */
export async function fetchStackReport(stack: Stack): Promise<StackReport | undefined> {
  let response: Response;
  try {
    response = await call(stack, 'GET', '/services');
  } catch {
    return undefined; // nobody listens
  }
  return response.ok ? ((await response.json()) as StackReport) : undefined;
}

/** @returns by name, what services that are up lack. */
export async function fetchFaults(stack: Stack): Promise<Record<string, ServiceFault>> {
  const response = await call(stack, 'GET', '/faults');
  if (!response.ok) throw new Error(`control API answered ${response.status}`);
  return (await response.json()) as Record<string, ServiceFault>;
}

function call(stack: Stack, method: string, path: string, body?: unknown) {
  return fetch(`http://127.0.0.1:${stack.ports.control}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(120_000),
  });
}
