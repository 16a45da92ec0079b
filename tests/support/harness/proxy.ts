import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy in front of a server, to take the network away; the server itself stays untouched. */
export interface Proxy {
  readonly port: number;
  /** How many connections there were so far. */
  readonly connections: number;
  /** Every connection ends now, or each with this probability; new ones work. */
  disconnect(probability?: number): void;
  /** Connections stay and nothing passes, until `resume`. */
  pause(): void;
  resume(): void;
  /** Everything arrives later by this much, in both directions. */
  delay(ms: number): void;
  /** What is sent arrives and its answers wait, until `resume`. */
  pauseResponses(): void;
  /** What is sent is lost and nothing comes back, until `disconnect`. @returns how many bytes were lost so far. */
  discard(): () => number;
  /** What is sent arrives and no answer comes back, until `disconnect`. */
  discardResponses(): void;
  /** New connections are ended at once, until `accept`. */
  refuse(): void;
  accept(): void;
  close(): Promise<void>;
}

type Target = { host: string; port: number };

/** @param target chosen for each connection where it is a function, as a load balancer does. */
export async function openProxy(target: Target | (() => Target)): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let connections = 0;
  let paused = false;
  let accepting = true;
  let responsesDiscarded = false;
  let discarded: number | undefined;
  let delayMs = 0;
  const disconnect = (probability = 1) => {
    responsesDiscarded = false;
    discarded = undefined;
    for (const [near, far] of pairs) {
      if (Math.random() >= probability) continue;
      near.destroy();
      far.destroy();
    }
  };
  const server = createServer((near) => {
    if (!accepting) {
      near.destroy();
      return;
    }
    connections += 1;
    const far = connect(typeof target === 'function' ? target() : target);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data: Buffer) => {
        if (discarded !== undefined) discarded += from === near ? data.length : 0;
        else if (responsesDiscarded && from === far) return;
        else if (delayMs === 0) to.write(data);
        else setTimeout(() => to.write(data), delayMs); // timers of one length fire in order
      });
      from.on('error', end); // the other side sees it as a lost connection too
      from.on('close', end);
      if (paused) from.pause();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const flow = (act: (socket: Socket) => void) => {
    for (const pair of pairs) pair.forEach(act);
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    disconnect,
    pause() {
      paused = true;
      flow((socket) => void socket.pause());
    },
    resume() {
      paused = false;
      flow((socket) => void socket.resume());
    },
    delay(ms) {
      delayMs = ms;
    },
    pauseResponses() {
      for (const [, far] of pairs) far.pause();
    },
    discard() {
      discarded = 0;
      return () => discarded ?? 0;
    },
    discardResponses() {
      responsesDiscarded = true;
    },
    refuse() {
      accepting = false;
      disconnect();
    },
    accept() {
      accepting = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        disconnect();
      }),
  };
}

/** The URL of the server, through the proxy. */
export function through(proxy: Proxy, url: string): string {
  const address = new URL(url);
  address.hostname = '127.0.0.1';
  address.port = String(proxy.port);
  return address.href;
}

export const targetOf = (url: string) => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};
