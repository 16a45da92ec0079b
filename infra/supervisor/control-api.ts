// The control API of a running launcher, for tests and `npm run infra`.
// In: HTTP on loopback with the stack's token. Out: services stopped, started, killed, frozen.
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { listen, type RunningServer } from '../../platform/http/http-server.ts';
import { AbortError, ConflictError, NotFoundError, UserError } from '../host/user-error.ts';
import { findService, type Launcher } from './launcher.ts';
import type { ServiceOptions, SupervisedService } from './supervised-service.ts';

export const actions = ['start', 'stop', 'restart', 'kill', 'freeze', 'thaw', 'ready'] as const;
export type Action = (typeof actions)[number];

const optionsSchema = z.object({
  environment: z.record(z.string(), z.string()).optional(),
  nodeOptions: z.array(z.string()).optional(),
});

/** What `GET /services` answers. */
export interface StackReport {
  pid: number;
  /** It is taking everything down. */
  stopping: boolean;
  services: {
    name: string;
    role: string;
    state: string;
    url: string;
    /** Null while it does not run, or runs in a container. */
    pid: number | null;
    lastEnd: string | null;
  }[];
}

export function createControlApp(launcher: Launcher): Hono {
  const app = new Hono();
  app.use(bearerAuth({ token: launcher.stack.secrets.CONTROL_TOKEN }));
  app.get('/services', (c) => c.json(describe(launcher)));
  app.get('/faults', async (c) => c.json(await findFaults(launcher)));
  app.post('/services/:name/:action', async (c) => {
    const supervised = findService(launcher.services, c.req.param('name'));
    const action = z.enum(actions).parse(c.req.param('action'));
    const options = optionsSchema.parse(await c.req.json());
    await act(supervised, action, Object.keys(options).length > 0 ? options : undefined);
    return c.json(describe(launcher));
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse(); // no token, or a wrong one
    const answer: Refusal = { message: error.message, forUsers: error instanceof UserError };
    return c.json(answer, statusOf(error));
  });
  return app;
}

/** What is answered besides 2xx and 401. */
export interface Refusal {
  readonly message: string;
  /** A sentence with its remedy, not a bug. */
  readonly forUsers: boolean;
}

function statusOf(error: Error): 400 | 404 | 409 | 500 {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 400;
  if (error instanceof NotFoundError) return 404;
  if (error instanceof ConflictError || error instanceof AbortError) return 409;
  return 500; // a service that does not come up, too
}

export function serveControlApi(launcher: Launcher): Promise<RunningServer> {
  return listen(createControlApp(launcher), {
    host: '127.0.0.1',
    port: launcher.stack.ports.control,
  });
}

/** Resolves when the action has had its effect; start and restart when the service is ready. */
async function act(
  supervised: SupervisedService,
  action: Action,
  options: ServiceOptions | undefined,
): Promise<void> {
  switch (action) {
    case 'start':
      return supervised.start(options);
    case 'stop':
      return supervised.stop();
    case 'restart':
      return supervised.restart(options);
    case 'kill':
      return supervised.kill();
    case 'freeze':
      return supervised.freeze();
    case 'thaw':
      return supervised.thaw();
    case 'ready':
      return supervised.whenReady();
  }
}

/** What a service that was ready lacks now: it answers no more, or something limits it. */
export interface ServiceFault {
  readonly state: 'unresponsive' | 'degraded';
  readonly reason: string;
}

async function findFaults({ services, stack }: Launcher): Promise<Record<string, ServiceFault>> {
  const faults: Record<string, ServiceFault> = {};
  const ready = [...services.values()].filter(({ state }) => state === 'ready');
  await Promise.all(
    ready.map(async ({ service }) => {
      let state: ServiceFault['state'] = 'unresponsive';
      try {
        await service.ready(stack);
        state = 'degraded';
        await service.healthy?.(stack);
      } catch (error) {
        faults[service.name] = { state, reason: (error as Error).message };
      }
    }),
  );
  return faults;
}

function describe({ services, stack, stopping }: Launcher): StackReport {
  return {
    pid: process.pid,
    stopping,
    services: [...services.values()].map(({ service, state, handle, lastEnd }) => ({
      name: service.name,
      role: service.role,
      state,
      url: service.url(stack),
      pid: handle && 'pid' in handle ? handle.pid : null,
      lastEnd: lastEnd ?? null,
    })),
  };
}
