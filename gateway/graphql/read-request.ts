import type { Context } from 'hono';
import { z } from 'zod';
import { readText } from '../../platform/http/http-server.ts';
import { Problem } from '../../platform/http/problem.ts';

const parametersSchema = z.object(
  {
    query: z.string(),
    operationName: z.string().nullish(),
    variables: z.record(z.string(), z.unknown()).nullish(),
  },
  'send a JSON object',
);

export interface GraphQLRequest extends z.infer<typeof parametersSchema> {
  readonly method: 'GET' | 'POST';
  readonly body: string;
}

/**
 * @throws {Problem} 400 invalid UTF-8 or parameters; 405 neither GET nor POST; 413 longer than
 *   `maximumBytes`; 415 a POST of another type than JSON: a browser sends `text/plain` without a
 *   preflight request, even with `application/json` written behind it.
 */
export async function readRequest(c: Context, maximumBytes: number): Promise<GraphQLRequest> {
  const method = c.req.method;
  if (method === 'GET') {
    const { variables, ...given } = c.req.query();
    const parsed = variables === undefined ? undefined : parseJson(variables);
    return { method, body: '', ...readParameters({ ...given, variables: parsed }) };
  }
  if (method !== 'POST')
    throw new Problem(405, 'METHOD_NOT_ALLOWED', `method ${method}: not allowed; use GET or POST`);
  if (!isJson(c.req.header('content-type')))
    throw new Problem(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type: unsupported; send application/json',
    );
  const body = await readText(c, maximumBytes);
  return { method, body, ...readParameters(parseJson(body)) };
}

function readParameters(given: unknown): z.infer<typeof parametersSchema> {
  const read = parametersSchema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path, message }) => `${path[0]?.toString() ?? 'body'}: ${message}`,
  );
  throw new Problem(400, 'BAD_REQUEST', `GraphQL request invalid: ${faults.join('; ')}`);
}

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
