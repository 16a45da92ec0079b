import type { Context } from 'hono';
import { readText } from '../../platform/http/http-server.ts';
import { Problem } from '../../platform/http/problem.ts';

/** Fields are undefined where they are absent or of a wrong type. */
export interface GraphQLRequest {
  readonly method: 'GET' | 'POST';
  readonly body: string;
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** What makes it invalid, for people. */
  readonly fault: string | undefined;
}

/**
 * @throws {Problem} 400 invalid UTF-8; 405 neither GET nor POST; 413 longer than `maximumBytes`; 415 a
 *   POST of another type than JSON: a browser sends `text/plain` without a preflight request, even
 *   with `application/json` written behind it.
 */
export async function readRequest(c: Context, maximumBytes: number): Promise<GraphQLRequest> {
  const method = c.req.method;
  if (method === 'GET') {
    const { query, operationName, variables } = c.req.query();
    const read = variables === undefined ? undefined : parseJson(variables);
    return { method, body: '', ...readFields({ query, operationName, variables: read }) };
  }
  if (method !== 'POST') throw new Problem(405, 'METHOD_NOT_ALLOWED', 'use GET or POST');
  if (!isJson(c.req.header('content-type')))
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send content-type: application/json');
  const body = await readText(c, maximumBytes);
  return { method, body, ...readFields(parseJson(body)) };
}

function readFields(given: unknown): Omit<GraphQLRequest, 'method' | 'body'> {
  const { query, operationName, variables } = isObject(given) ? given : {};
  const faults = [
    isObject(given) ? '' : 'body: invalid; send a JSON object',
    typeof query === 'string' ? '' : 'query: invalid; must be a string',
    operationName == null || typeof operationName === 'string'
      ? ''
      : 'operationName: invalid; must be a string',
    variables == null || isObject(variables) ? '' : 'variables: invalid; must be an object',
  ];
  return {
    query: typeof query === 'string' ? query : undefined,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: isObject(variables) ? variables : undefined,
    fault: faults.find((fault) => fault !== ''),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isJson = (contentType: string | undefined) =>
  /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(contentType?.trim() ?? '');

/** Invalid JSON is read as a string, which fails as an object. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether an Accept header allows event streams (RFC 9110, section 12.5.1). */
export function acceptsEvents(accept: string | undefined): 'first' | 'yes' | 'no' {
  const ranges = (accept?.trim() || '*/*').split(',').map(readRange);
  const best = Math.max(...ranges.map(({ weight }) => weight));
  if (ranges.find(({ weight }) => weight === best)?.type === 'text/event-stream') return 'first';
  const fits = ranges.some(({ type, weight }) => weight > 0 && eventRanges.has(type));
  return fits ? 'yes' : 'no';
}

const eventRanges = new Set(['text/event-stream', 'text/*', '*/*']);

function readRange(range: string): { type: string; weight: number } {
  const [type = '', ...parameters] = range.split(';').map((text) => text.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return { type, weight: Number.isFinite(weight) ? weight : 0 };
}
