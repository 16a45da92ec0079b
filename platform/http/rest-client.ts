import { z } from 'zod';
import { Problem } from './problem.ts';

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
});

interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query below the base address. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface RestCall<Schema extends z.ZodType> extends RestRequest {
  readonly answer: Schema;
}

export interface RestClient {
  /**
   * @throws {Problem} as the other side said it; 503 `UNREACHABLE` when it did not answer in time;
   *   502 `BAD_ANSWER` when its answer has not the agreed shape.
   */
  call<Schema extends z.ZodType>(call: RestCall<Schema>): Promise<z.infer<Schema>>;
}

export interface StreamingRestClient extends RestClient {
  /**
   * The answer with its body unread, which comes at the pace of its reader; `timeoutMs` bounds the wait for
   * its head. Errors as in `call`.
   */
  open(call: RestRequest): Promise<Response>;
}

/** Calls one service of ours, with the internal token. */
export function createRestClient(service: {
  name: string;
  baseUrl: string;
  internalToken: string;
}): StreamingRestClient {
  return {
    async call(call) {
      const response = await send(service, call, AbortSignal.timeout(call.timeoutMs));
      const body: unknown = await response.json().catch(() => undefined);
      if (!response.ok) throw problemFrom(service.name, response, body);
      const answer = call.answer.safeParse(body);
      if (answer.success) return answer.data;
      throw new Problem(
        502,
        'BAD_ANSWER',
        `${service.name} answered with an unexpected body: check that both run the same version`,
        {
          cause: answer.error,
        },
      );
    },
    async open(call) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), call.timeoutMs);
      const response = await send(service, call, late.signal).finally(() => clearTimeout(timer));
      if (response.ok) return response;
      throw problemFrom(service.name, response, await response.json().catch(() => undefined));
    },
  };
}

async function send(
  service: { name: string; baseUrl: string; internalToken: string },
  call: RestRequest,
  deadline: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(new URL(call.path, service.baseUrl), {
      method: call.method,
      headers: {
        authorization: `Bearer ${service.internalToken}`,
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]),
    });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new Problem(503, 'UNREACHABLE', `${service.name} is unavailable: try again`, {
      cause: error,
      retryAfter: 1,
    });
  }
}

function problemFrom(name: string, response: Response, body: unknown): Problem {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const given = problemSchema.safeParse(body);
  const { code, detail, errors } = given.success
    ? given.data
    : { code: 'BAD_ANSWER', detail: `${name} answered ${response.status}`, errors: undefined };
  return new Problem(response.status, code, detail, {
    errors,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}
