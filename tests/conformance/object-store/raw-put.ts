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
