import { MIMEType } from 'node:util';
import type { Context } from 'hono';
import { z } from 'zod';
import { readText } from '../../platform/http/http-server.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { ResolveDocument } from './trusted-documents.ts';

const map = z.record(z.string(), z.unknown()).nullish();

const parametersSchema = z.object(
  {
    query: z.string().optional(),
    documentId: z.string().min(1).max(255).optional(),
    operationName: z.string().nullish(),
    variables: map,
    extensions: map,
  },
  'send a JSON object',
);

type Parameters = z.infer<typeof parametersSchema>;

export interface GraphQLRequest extends Omit<Parameters, 'query' | 'documentId'> {
  readonly method: 'GET' | 'POST';
  readonly query: string;
}

/**
 * @throws {Problem} 400 invalid UTF-8 or parameters, a batch; 405 neither GET nor POST; 413 longer than
 *   `maximumBytes`; 415 a POST of another type than JSON: a browser sends `text/plain` without a
 *   preflight request, even with `application/json` written behind it. 200 a persisted query alone. And as
 *   `resolve` throws.
 */
export async function readRequest(
  c: Context,
  maximumBytes: number,
  resolve: ResolveDocument,
): Promise<GraphQLRequest> {
  const { documentId, ...request } = await readEither(c, maximumBytes);
  return { ...request, query: resolve({ query: request.query, documentId }) };
}

async function readEither(
  c: Context,
  maximumBytes: number,
): Promise<Parameters & Pick<GraphQLRequest, 'method'>> {
  const method = c.req.method;
  if (method === 'GET') {
    const given = Object.entries(c.req.query()).filter(([, text]) => text !== '');
    const { variables, extensions, ...texts } = Object.fromEntries(given);
    return {
      method,
      ...readParameters({
        ...texts,
        variables: variables && parseJson(variables),
        extensions: extensions && parseJson(extensions),
      }),
    };
  }
  if (method !== 'POST')
    throw new Problem(405, 'METHOD_NOT_ALLOWED', `method ${method}: not allowed; use GET or POST`);
  if (!isJson(c.req.header('content-type')))
    throw new Problem(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type: unsupported; send application/json in UTF-8',
    );
  return { method, ...readParameters(parseJson(await readText(c, maximumBytes))) };
}

function readParameters(given: unknown): Parameters {
  if (Array.isArray(given))
    throw new Problem(
      400,
      'BATCHING_NOT_SUPPORTED',
      'body: a batch of operations; send each in a request of its own',
    );
  const read = parametersSchema.safeParse(given);
  const isNamed = read.success && (read.data.query ?? read.data.documentId) !== undefined;
  if (isNamed) return { ...read.data, operationName: read.data.operationName || null };
  if (isPersistedQuery(given))
    // Word, code and status of Apollo Server: its clients then send the query, and ask no more.
    throw new Problem(200, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
  const faults = read.success
    ? ['query: missing']
    : read.error.issues.map(({ path, message }) => `${path[0]?.toString() ?? 'body'}: ${message}`);
  throw new Problem(400, 'BAD_REQUEST', `GraphQL request invalid: ${faults.join('; ')}`);
}

const persistedQuerySchema = z.object({
  query: z.undefined().optional(),
  documentId: z.undefined().optional(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) }),
});

/** Automatic persisted queries: a hash in place of the query, for a server that may know it. */
const isPersistedQuery = (given: unknown) => persistedQuerySchema.safeParse(given).success;

function isJson(contentType: string | undefined): boolean {
  try {
    const { essence, params } = new MIMEType(contentType ?? '');
    return essence === 'application/json' && /^utf-?8$/i.test(params.get('charset') ?? 'utf-8');
  } catch {
    return false;
  }
}

/** Invalid JSON is read as a string, which fails as an object. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
