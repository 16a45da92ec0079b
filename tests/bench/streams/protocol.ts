// What the bench and the server it measures say to each other; the server is a process of its own.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Who serves the subscriptions. The yogas get their payloads ready made, the gateway its events raw. */
export type ServerKind = 'gateway' | 'yoga' | 'yoga-filter';

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
  readonly heapBytes: number;
  /** The most since the order came. */
  readonly peakRssBytes: number;
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
