// What the bench and the server it measures say to each other; the server is a process of its own.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Who serves the subscriptions: see `serve-gateway.ts` and `serve-yoga.ts`. */
export type ServerKind = 'gateway' | 'yoga-feeds' | 'yoga' | 'yoga-filter';

/** Events go to the first owners in turns, one each; `bytes` makes every one longer. */
interface Events {
  readonly events: number;
  readonly owners: number;
  readonly bytes?: number;
}

export type Order =
  | { readonly do: 'memory' }
  /** Makes the events, so that their making is not measured; `publish` sends them. */
  | ({ readonly do: 'prepare' } & Events)
  | { readonly do: 'publish' }
  /** Makes and sends, for more events than memory has room for. */
  | ({ readonly do: 'flood' } & Events);

export interface Report {
  readonly port?: number;
  readonly rssBytes: number;
  /** What is in use, in V8's heap and in buffers beside it: without the allocator's spare room. */
  readonly liveBytes: number;
  /** The most since the order came. */
  readonly peakRssBytes: number;
  /** Processor time since the order came, in microseconds: on a busy machine it tells more than a clock. */
  readonly cpuMicroseconds: number;
}

export interface MeasuredServer {
  readonly port: number;
  order(order: Order): Promise<Report>;
  stop(): Promise<void>;
}

export async function startServer(kind: ServerKind): Promise<MeasuredServer> {
  const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), [kind], {
    execArgv: ['--expose-gc'],
  });
  const { port = 0 } = await reportOf(child);
  return {
    port,
    order(order) {
      const report = reportOf(child);
      child.send(order);
      return report;
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function reportOf(child: ChildProcess): Promise<Report> {
  const [report] = (await once(child, 'message')) as [Report];
  return report;
}
