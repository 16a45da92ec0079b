// Reaches into a running stack (`npm start`, `npm test`, `npm run infra -- up`) by name.
import type { Action, StackReport } from './control.ts';
import { CannotDo } from '../cannot-do.ts';
import type { PartName } from '../part.ts';
import type { PortName, StackName } from '../ports.ts';
import { openStack, type Stack } from '../stack.ts';

export interface StackControl {
  readonly stack: Stack;
  /** Where a part answers, e.g. `http://127.0.0.1:7000`. */
  url(name: PartName): string;
  /** State, pid and last end of every part. */
  parts(): Promise<StackReport['parts']>;
  /** Lets it finish; resolves when it is gone. It stays away until `start`. */
  stop(name: PartName): Promise<void>;
  /** Resolves when it is ready. */
  start(name: PartName, environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Stop and start; `environment` is added to the usual one until the next start or restart that brings its own. */
  restart(name: PartName, environment?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGKILL; resolves when it is dead. The launcher starts it again after a second: see `ready`. */
  kill(name: PartName): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers, until `thaw`. */
  freeze(name: PartName): Promise<void>;
  thaw(name: PartName): Promise<void>;
  /** Resolves when it is ready (again). */
  ready(name: PartName): Promise<void>;
}

/** @throws {CannotDo} when no launcher of that stack runs. */
export async function connectStack(name: StackName): Promise<StackControl> {
  const stack = openStack(name);
  // The launcher's own parts first; servers that `infra -- up` keeps answer at the second port.
  const doors = ['control', 'servers-control'] as const satisfies readonly PortName[];
  const reports = () => Promise.all(doors.map((door) => askLauncher(stack, door)));
  const first = (await reports()).find((report) => report !== undefined);
  if (first === undefined)
    throw new CannotDo(
      `stack ${name} does not run: start it with npm start, or npm test for its tests.`,
    );
  const urls = new Map<string, string>();
  const order = async (
    part: PartName,
    action: Action,
    environment?: Readonly<Record<string, string>>,
  ) => {
    const [own, servers] = await reports();
    const has = (report?: StackReport) => report?.parts.some((entry) => entry.name === part);
    const door = has(own) ? 'control' : has(servers) ? 'servers-control' : undefined;
    if (door === undefined)
      throw new CannotDo(`${part} does not belong to the running stack ${name}`);
    const body = environment === undefined ? {} : { environment };
    const answer = await call(stack, door, 'POST', `/parts/${part}/${action}`, body);
    if (!answer.ok) throw new Error(((await answer.json()) as { message: string }).message);
  };
  for (const report of await reports())
    for (const part of report?.parts ?? []) urls.set(part.name, part.url);
  return {
    stack,
    url(part) {
      const url = urls.get(part);
      if (url === undefined)
        throw new CannotDo(`${part} does not belong to the running stack ${name}`);
      return url;
    },
    parts: async () => (await reports()).flatMap((report) => report?.parts ?? []),
    stop: (part) => order(part, 'stop'),
    start: (part, environment) => order(part, 'start', environment),
    restart: (part, environment) => order(part, 'restart', environment),
    kill: (part) => order(part, 'kill'),
    freeze: (part) => order(part, 'freeze'),
    thaw: (part) => order(part, 'thaw'),
    ready: (part) => order(part, 'ready'),
  };
}

/** What a launcher says about itself; undefined when none answers at that port. */
export async function askLauncher(
  stack: Stack,
  door: 'control' | 'servers-control',
): Promise<StackReport | undefined> {
  let answer: Response;
  try {
    answer = await call(stack, door, 'GET', '/parts');
  } catch {
    return undefined; // nobody listens
  }
  return answer.ok ? ((await answer.json()) as StackReport) : undefined;
}

/** @returns by name, why parts that are up do not answer. */
export async function askSilentParts(
  stack: Stack,
  door: 'control' | 'servers-control',
): Promise<Record<string, string>> {
  const answer = await call(stack, door, 'GET', '/silent-parts');
  if (!answer.ok) throw new Error(`the launcher answers ${answer.status}`);
  return (await answer.json()) as Record<string, string>;
}

function call(stack: Stack, door: PortName, method: string, path: string, body?: unknown) {
  return fetch(`http://127.0.0.1:${stack.ports[door]}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(120_000),
  });
}
