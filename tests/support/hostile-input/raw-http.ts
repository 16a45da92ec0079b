// HTTP as bytes: what no well-behaved client would send, and what really comes back.
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Its length goes into `content-length`, unless the headers say how it is framed. */
  readonly body?: Buffer;
  /** The headers never end. */
  readonly unfinished?: boolean;
}

export interface RawAnswer {
  /** 0: closed without a word. */
  readonly status: number;
  readonly body: string;
}

/**
 * Sends it on a connection of its own and reads to the end.
 *
 * @throws {Error} no whole answer within the time: the app hangs.
 */
export function ask(port: number, request: RawRequest, withinMs: number): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer to ${request.method} ${request.target} within ${withinMs} ms`));
    }, withinMs);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined); // a reset after the answer; without one, `close` follows
    socket.on('close', () => {
      clearTimeout(deadline);
      resolve(readAnswer(Buffer.concat(chunks).toString()));
    });
    socket.on('end', () => socket.end());
    socket.write(bytesOf(request));
  });
}

function bytesOf({ method, target, headers, body, unfinished }: RawRequest): Buffer {
  const framing =
    body === undefined || 'transfer-encoding' in headers || 'content-length' in headers
      ? {}
      : { 'content-length': String(body.length) };
  const lines = Object.entries({ ...headers, ...framing, connection: 'close' });
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  const text = head.join('\r\n') + (unfinished === true ? '\r\nx-slow: ' : '\r\n\r\n');
  return Buffer.concat([Buffer.from(text, 'latin1'), body ?? Buffer.of()]);
}

function readAnswer(text: string): RawAnswer {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const isChunked = /^transfer-encoding: chunked/im.test(head);
  return {
    status: Number(status ?? 0),
    body: isChunked ? body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/gi, '').trim() : body,
  };
}
