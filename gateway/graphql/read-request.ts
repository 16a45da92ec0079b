import type { Context } from 'hono';
import { readText } from '../../platform/http/http-server.ts';
import { Problem } from '../../platform/http/problem.ts';

/** Undefined fields: absent, or not of the type that they must have. */
export interface ReadRequest {
  readonly method: 'GET' | 'POST';
  readonly body: string;
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** Why it is no GraphQL request, for people. */
  readonly fault: string | undefined;
}

/**
 * @throws {Problem} 400 not UTF-8; 405 neither GET nor POST; 413 longer than `maximumBytes`; 415 a POST
 *   that is not exactly JSON: a browser sends `text/plain` without asking first, even where it has
 *   `application/json` written behind it.
 */
export async function readRequest(c: Context, maximumBytes: number): Promise<ReadRequest> {
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

function readFields(given: unknown): Omit<ReadRequest, 'method' | 'body'> {
  const { query, operationName, variables } = isObject(given) ? given : {};
  const faults = [
    isObject(given) ? '' : 'the body is no JSON object',
    typeof query === 'string' ? '' : 'query: not a text',
    operationName == null || typeof operationName === 'string' ? '' : 'operationName: not a text',
    variables == null || isObject(variables) ? '' : 'variables: not an object',
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

/** What is no JSON reads as a text: no object either. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
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
