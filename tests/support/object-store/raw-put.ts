// Requests to a store as an attacker writes them: any header, any length, half a body.
import { createHash } from 'node:crypto';
import { request } from 'node:http';

export interface RawAnswer {
  /** Undefined when the store closed the connection without an answer. */
  readonly status: number | undefined;
  readonly body: string;
}

export function send(
  url: string,
  options: {
    method?: string;
    headers?: Readonly<Record<string, string | number>>;
    body?: Buffer | string;
    /** Sends so many bytes of the body, then destroys the connection. */
    leaveAfter?: number;
  } = {},
): Promise<RawAnswer> {
  const { method = 'PUT', body = '', headers = {}, leaveAfter } = options;
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = request(url, {
    method,
    headers: { 'content-length': Buffer.byteLength(body), ...headers },
    agent: false,
    signal: AbortSignal.timeout(20_000),
  });
  let answered = false;
  sent.on('response', (answer) => {
    answered = true;
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('close', () =>
      resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() }),
    );
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    const closed = ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
    if (!closed && leaveAfter === undefined) reject(error);
  });
  sent.on('close', () => {
    if (!answered) resolve({ status: undefined, body: '' });
  });
  if (leaveAfter === undefined) sent.end(body);
  else sent.write(Buffer.from(body).subarray(0, leaveAfter), () => sent.destroy());
  return promise;
}

/** The headers of a declared upload. */
export const declared = (body: Buffer, contentType = 'image/jpeg'): Record<string, string> => ({
  'content-length': String(body.length),
  'content-type': contentType,
  'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
  'if-none-match': '*',
});

export const isRefused = ({ status }: RawAnswer): boolean => status === undefined || status >= 400;

/** A tar archive (ustar) of these files. */
export function tarOf(files: readonly (readonly [name: string, bytes: Buffer])[]): Buffer {
  const blocks = files.flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        0', 148); // the sum counts its own field as blanks
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}
