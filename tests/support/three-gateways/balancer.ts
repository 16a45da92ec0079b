import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A load balancer on a bad network: every connection goes to any of the gateways, and may be cut. */
export interface Balancer {
  readonly url: string;
  /** How many connections there were. */
  readonly connections: number;
  /** Cuts each open connection with this probability. */
  cut(probability: number): void;
  close(): Promise<void>;
}

/** @param targets addresses such as `http://127.0.0.1:7000`; one that is down refuses, and clients come again. */
export async function openBalancer(targets: readonly string[]): Promise<Balancer> {
  const open = new Set<() => void>();
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const { hostname, port } = new URL(targets[Math.floor(Math.random() * targets.length)] ?? '');
    const far = connect(Number(port), hostname);
    const end = () => {
      open.delete(end);
      near.destroy();
      far.destroy();
    };
    open.add(end);
    join(near, far, end);
    join(far, near, end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    cut(probability) {
      for (const end of open) if (Math.random() < probability) end();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const end of open) end();
      }),
  };
}

function join(from: Socket, to: Socket, end: () => void): void {
  from.pipe(to);
  from.on('error', end).on('close', end);
}
