import type { Context } from 'hono';
import { Problem } from '../platform/problem.ts';

/** What is needed to choose who answers; undefined fields: the request is malformed, or lacks them. */
export interface ReadRequest {
  readonly body: string;
  readonly query: string | undefined;
  readonly operationName: string | undefined;
}

/**
 * @throws {Problem} 405 neither GET nor POST; 415 a POST that is not exactly JSON: a browser sends
 *   `text/plain` without asking first, even where it has `application/json` written behind it.
 */
export async function readRequest(c: Context): Promise<ReadRequest> {
  const method = c.req.method;
  if (method === 'GET')
    return { body: '', query: c.req.query('query'), operationName: c.req.query('operationName') };
  if (method !== 'POST') throw new Problem(405, 'METHOD_NOT_ALLOWED', 'use GET or POST');
  if (!isJson(c.req.header('content-type')))
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send content-type: application/json');
  const body = await c.req.text();
  const { query, operationName } = parseObject(body);
  return {
    body,
    query: typeof query === 'string' ? query : undefined,
    operationName: typeof operationName === 'string' ? operationName : undefined,
  };
}

const isJson = (contentType: string | undefined) =>
  /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(contentType?.trim() ?? '');

/** What is no object is left to the handler, which says so in the words of its protocol. */
function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What an Accept header says of event streams (RFC 9110, section 12.5.1). */
export function acceptsEvents(accept: string | undefined): 'first' | 'yes' | 'no' {
  const ranges = (accept?.trim() || '*/*').split(',').map(readRange);
  const best = Math.max(...ranges.map(({ weight }) => weight));
  if (ranges.find(({ weight }) => weight === best)?.type === 'text/event-stream') return 'first';
  const fits = ranges.some(({ type, weight }) => weight > 0 && eventRanges.has(type));
  return fits ? 'yes' : 'no';
}

const eventRanges = new Set(['text/event-stream', 'text/*', '*/*']);

function readRange(range: string): { type: string; weight: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return { type, weight: Number.isFinite(weight) ? weight : 0 };
}
