import { z } from 'zod';
import { Problem } from './problem.ts';

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
});

export interface RestCall<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** Path and query below the base address. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: Schema;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface RestClient {
  /**
   * @throws {Problem} as the other side said it; 503 `UNREACHABLE` when it did not answer in time;
   *   502 `BAD_ANSWER` when its answer has not the agreed shape.
   */
  call<Schema extends z.ZodType>(call: RestCall<Schema>): Promise<z.infer<Schema>>;
}

/** Calls one service of ours, with the internal token. */
export function createRestClient(service: {
  name: string;
  baseUrl: string;
  internalToken: string;
}): RestClient {
  return {
    async call(call) {
      const response = await send(service, call);
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
  };
}

async function send<Schema extends z.ZodType>(
  service: { name: string; baseUrl: string; internalToken: string },
  call: RestCall<Schema>,
): Promise<Response> {
  const deadline = AbortSignal.timeout(call.timeoutMs);
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
