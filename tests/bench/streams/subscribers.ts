// Thousands of subscribers over bare sockets: what they cost is small beside what is measured.
import { connect, type Socket } from 'node:net';
import { ownerOf, subscription } from './payload.ts';

export interface Subscribers {
  /** Events that all of them have received so far. */
  readonly received: number;
  /** @throws when they have not come in time. */
  receivedAll(events: number, withinMs: number): Promise<void>;
  close(): void;
}

const openAtOnce = 100;

/** The first `count` owners, one stream each, open when this resolves. */
export async function openSubscribers(port: number, count: number): Promise<Subscribers> {
  let received = 0;
  let waiting: (() => void) | undefined;
  const sockets: Socket[] = [];
  const open = async (index: number) => {
    const socket = await subscribe(port, ownerOf(index));
    sockets.push(socket);
    const count = eventCounter();
    socket.on('data', (chunk: Buffer) => {
      received += count(chunk);
      waiting?.();
    });
  };
  for (let first = 0; first < count; first += openAtOnce)
    await Promise.all(
      Array.from({ length: Math.min(openAtOnce, count - first) }, (_, n) => open(first + n)),
    );
  return {
    get received() {
      return received;
    },
    receivedAll(events, withinMs) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const late = setTimeout(
        () => reject(new Error(`${received} of ${events} events came in ${withinMs} ms`)),
        withinMs,
      );
      waiting = () => {
        if (received < events) return;
        clearTimeout(late);
        resolve(undefined);
      };
      waiting();
      return promise;
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Resolves with the first byte of the stream. @throws when anything but 200 comes. */
export async function subscribe(port: number, owner: string): Promise<Socket> {
  const body = JSON.stringify({ query: subscription });
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${owner}\r\n` +
      'accept: text/event-stream\r\ncontent-type: application/json\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (head: Buffer) => {
      if (head.includes('HTTP/1.1 200')) resolve();
      else reject(new Error(head.toString()));
    });
  });
  return socket;
}

const mark = Buffer.from('event: next');

/** Counts results also where one is cut in two between chunks. */
function eventCounter(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let count = 0;
    let next = 0;
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, next)) {
      count += 1;
      next = at + mark.length;
    }
    rest = Buffer.from(bytes.subarray(Math.max(next, bytes.length - mark.length + 1)));
    return count;
  };
}
