// The door through which tests and `npm run infra` reach a running launcher.
// In: HTTP on loopback with the stack's token. Out: parts stopped, started, killed, frozen.
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { listen, type RunningServer } from '../../platform/http/http-server.ts';
import { CannotDo } from '../cannot-do.ts';
import type { PortName } from '../ports.ts';
import { partNamed, type Launcher } from './launcher.ts';
import type { RunningPart } from './supervise.ts';

export const actions = ['start', 'stop', 'restart', 'kill', 'freeze', 'thaw', 'ready'] as const;
export type Action = (typeof actions)[number];

const orderSchema = z.object({ environment: z.record(z.string(), z.string()).optional() });

/** What `GET /parts` answers. */
export interface StackReport {
  pid: number;
  /** It is taking everything down. */
  stopping: boolean;
  parts: {
    name: string;
    role: string;
    state: string;
    url: string;
    pid: number | null;
    lastEnd: string | null;
  }[];
}

export function createControlApp(launcher: Launcher): Hono {
  const app = new Hono();
  app.use(bearerAuth({ token: launcher.stack.secrets.CONTROL_TOKEN }));
  app.get('/parts', (c) => c.json(describe(launcher)));
  app.get('/silent-parts', async (c) => c.json(await silentParts(launcher)));
  app.post('/parts/:name/:action', async (c) => {
    const running = partNamed(launcher.parts, c.req.param('name'));
    const action = z.enum(actions).parse(c.req.param('action'));
    const order = orderSchema.parse(await c.req.json());
    await carryOut(running, action, order.environment);
    return c.json(describe(launcher));
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse(); // no token, or a wrong one
    return c.json({ message: error.message }, error instanceof CannotDo ? 404 : 500);
  });
  return app;
}

export function openControl(launcher: Launcher, port: PortName): Promise<RunningServer> {
  return listen(createControlApp(launcher), {
    host: '127.0.0.1',
    port: launcher.stack.ports[port],
  });
}

/** Resolves when the action has had its effect; start and restart when the part is ready. */
async function carryOut(
  running: RunningPart,
  action: Action,
  environment: Record<string, string> | undefined,
): Promise<void> {
  switch (action) {
    case 'start':
      return running.start(environment);
    case 'stop':
      return running.stop();
    case 'restart':
      await running.stop();
      return running.start(environment ?? {});
    case 'kill':
      return running.kill();
    case 'freeze':
      return running.freeze();
    case 'thaw':
      return running.thaw();
    case 'ready':
      return running.whenReady();
  }
}

/** Parts that were ready and answer no more (frozen, out of memory ...), each with its reason. */
async function silentParts({ parts, stack }: Launcher): Promise<Record<string, string>> {
  const silent: Record<string, string> = {};
  const ready = [...parts.values()].filter(({ state }) => state === 'ready');
  await Promise.all(
    ready.map(async ({ part }) => {
      await part.ready(stack).catch((error: unknown) => {
        silent[part.name] = (error as Error).message;
      });
    }),
  );
  return silent;
}

function describe(launcher: Launcher): StackReport {
  return {
    pid: process.pid,
    stopping: launcher.stopping,
    parts: [...launcher.parts.values()].map(({ part, state, process: running, lastEnd }) => ({
      name: part.name,
      role: part.role,
      state,
      url: part.url(launcher.stack),
      pid: running?.pid ?? null,
      lastEnd: lastEnd ?? null,
    })),
  };
}
