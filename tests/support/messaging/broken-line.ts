import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that a test can cut, freeze or unplug; the server itself stays untouched. */
export interface BrokenLine {
  readonly port: number;
  /** Every connection ends now; new ones work. */
  cut(): void;
  /** Connections stay and nothing passes, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** What is sent arrives and its answers wait, until `thaw`. */
  holdAnswers(): void;
  /** What is sent is lost and nothing comes back, until `cut`. @returns how many bytes were lost so far. */
  swallow(): () => number;
  /** What is sent arrives and no answer comes back, until `cut`. */
  mute(): void;
  /** New connections are ended at once, until `plugIn`. */
  unplug(): void;
  plugIn(): void;
  close(): Promise<void>;
}

export async function openLine(target: { host: string; port: number }): Promise<BrokenLine> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  let plugged = true;
  let muted = false;
  let swallowed: number | undefined;
  const cut = () => {
    muted = false;
    swallowed = undefined;
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  const server = createServer((near) => {
    if (!plugged) {
      near.destroy();
      return;
    }
    const far = connect(target.port, target.host);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data: Buffer) => {
        if (swallowed !== undefined) swallowed += from === near ? data.length : 0;
        else if (!(muted && from === far)) to.write(data);
      });
      from.on('error', end); // the other side sees it as a lost connection too
      from.on('close', end);
      if (frozen) from.pause();
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
    cut,
    freeze() {
      frozen = true;
      flow((socket) => void socket.pause());
    },
    thaw() {
      frozen = false;
      flow((socket) => void socket.resume());
    },
    holdAnswers() {
      for (const [, far] of pairs) far.pause();
    },
    swallow() {
      swallowed = 0;
      return () => swallowed ?? 0;
    },
    mute() {
      muted = true;
    },
    unplug() {
      plugged = false;
      cut();
    },
    plugIn() {
      plugged = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        cut();
      }),
  };
}

/** The URL with the line in between. */
export function through(line: BrokenLine, url: string): string {
  const address = new URL(url);
  address.hostname = '127.0.0.1';
  address.port = String(line.port);
  return address.href;
}

export const targetOf = (url: string) => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};
