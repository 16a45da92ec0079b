import type { Context } from 'hono';
import { z } from 'zod';
import { exportQuerySchema, ownerHeader } from '../contracts/rest.ts';
import { parseOrProblem } from '../platform/http/http-server.ts';
import { Problem } from '../platform/http/problem.ts';
import type { StreamingRestClient } from '../platform/http/rest-client.ts';
import type { VerifyToken } from './auth/verify-token.ts';
import { queryOf, unavailable } from './read-analyses.ts';

const headTimeoutMs = 10_000;

/** A misspelt filter would export everything, so it is refused. */
const querySchema = z.strictObject({
  ...exportQuerySchema.omit({ owner: true }).shape,
  atLeast: z.string().max(1_000).optional().describe('a cursor of a subscription or feedCursors'),
});

/**
 * `GET /export`: the register's file of the caller's own analyses, at the pace of who reads it.
 *
 * @throws {Problem} as for GraphQL; 422 with the fault of each parameter; 429 `EXPORT_RUNNING` while this
 *   replica sends the same caller another; 503 `BUSY`, `NOT_APPLIED` or `REGISTER_UNAVAILABLE`.
 */
export function createExportHandler(deps: {
  register: StreamingRestClient;
  verifyToken: VerifyToken;
}): (c: Context) => Promise<Response> {
  const running = new Set<string>();
  return async (c) => {
    if (c.req.method !== 'GET') throw notAllowed(c.req.method);
    const { owner } = await deps.verifyToken(c.req.header('authorization'));
    const given = c.req.query();
    parseOrProblem(querySchema, given);
    const query = new URLSearchParams(queryOf({ ...given, owner }));
    if (running.has(owner))
      throw new Problem(
        429,
        'EXPORT_RUNNING',
        'another export of yours is running: wait for its end',
        {
          retryAfter: 5,
        },
      );
    running.add(owner);
    const end = () => void running.delete(owner);
    try {
      const file = await deps.register.open({
        method: 'GET',
        path: `/v1/export?${query.toString()}`,
        headers: { [ownerHeader]: owner },
        timeoutMs: headTimeoutMs,
      });
      const names = ['content-type', 'content-disposition'];
      const headers = names.map((name) => [name, file.headers.get(name) ?? ''] as const);
      return c.body(whenEnded(file.body, end), 200, Object.fromEntries(headers));
    } catch (error) {
      end();
      throw unavailable(error);
    }
  };
}

const notAllowed = (method: string) =>
  new Problem(405, 'METHOD_NOT_ALLOWED', `method ${method}: not allowed; use GET`);

/** As long as the register keeps its place in the rows; each export holds one of a few connections there. */
const stalledMs = 60_000;

/** The same bytes, chunk by chunk as they are read; `end` is called once, however it ends. */
function whenEnded(body: Response['body'], end: () => void): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  let stalled: NodeJS.Timeout | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stalled);
        try {
          const { done = true, value } = (await reader?.read()) ?? {};
          if (value !== undefined) controller.enqueue(value);
          if (!done) {
            stalled = setTimeout(() => {
              end();
              controller.error(new Error(`nothing of the export was read for ${stalledMs} ms`));
              reader?.cancel().catch(() => undefined); // it may have broken off meanwhile
            }, stalledMs).unref();
            return;
          }
          end();
          controller.close();
        } catch (error) {
          end();
          throw error; // what was cut off must not look whole
        }
      },
      async cancel(reason) {
        clearTimeout(stalled);
        end();
        await reader?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
