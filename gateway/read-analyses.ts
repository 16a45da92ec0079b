// The live state of one analysis is Temporal's, asked of the orchestrator; the past is the register's.
import type { z } from 'zod';
import { correlationIdSchema } from '../contracts/recognition.ts';
import type { Correction } from '../contracts/acts.ts';
import {
  analysesCountSchema,
  analysisSchema,
  ownerHeader,
  registeredAnalysesPageSchema,
  registeredAnalysesQuerySchema,
  registeredAnalysisSchema,
} from '../contracts/rest.ts';
import type {
  Analysis,
  AnalysisConnection,
  QueryAnalysisArgs,
  QueryAnalysesArgs,
} from '../contracts/schema.generated.ts';
import { parseOrProblem } from '../platform/http/http-server.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { cursorExpired, offsetsOf } from './feed/cursor.ts';
import type { FeedView } from './feed/feed-view.ts';
import type { AnalysisState } from './feed/subscribe-to-feed.ts';
import { toAnalysis, toCompleted } from './to-payload.ts';
import { waitingAnalysis, type QueueLoader } from './queue/read-queue.ts';

const queryTimeoutMs = 5_000;
const longestCursor = 1_000; // far longer than any of ours, and short enough for a URL

/**
 * One analysis of this owner: the orchestrator's state, and where Temporal has none or does not answer
 * the register's; undefined where neither has it: another owner's looks the same as an unknown one.
 *
 * @throws {Problem} as the orchestrator or the register answers it, or 503 `UNREACHABLE`.
 */
export async function readState(
  { orchestrator, register }: { orchestrator: RestClient; register: RestClient },
  owner: string,
  correlationId: string,
  timeoutMs: number,
): Promise<AnalysisState | undefined> {
  const asked = { owner, correlationId, timeoutMs };
  let failure: Problem | undefined;
  try {
    const live = await findAnalysis(orchestrator, { ...asked, answer: analysisSchema });
    if (live !== undefined) return live;
  } catch (error) {
    if (!(error instanceof Problem) || error.status < 500) throw error;
    failure = error;
  }
  try {
    const kept = await findAnalysis(register, { ...asked, answer: registeredAnalysisSchema });
    if (kept !== undefined || failure === undefined) return kept;
  } catch (error) {
    if (failure === undefined) throw error;
  }
  throw failure; // it may be too new for the register
}

/** Undefined where the service has none of that id and owner. Errors as in {@link readState}. */
async function findAnalysis<Schema extends z.ZodType>(
  service: RestClient,
  asked: { owner: string; correlationId: string; timeoutMs: number; answer: Schema },
): Promise<z.infer<Schema> | undefined> {
  const { owner, correlationId, timeoutMs, answer } = asked;
  try {
    return await service.call({
      method: 'GET',
      path: `/v1/analyses/${encodeURIComponent(correlationId)}`,
      headers: { [ownerHeader]: owner },
      ...{ answer, timeoutMs },
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * What the owner said; null: nothing.
 *
 * @throws {Problem} 503 `REGISTER_UNAVAILABLE`.
 */
export async function readCorrection(
  register: RestClient,
  owner: string,
  correlationId: string,
  timeoutMs = queryTimeoutMs,
): Promise<Correction | null> {
  const asked = { owner, correlationId, timeoutMs, answer: registeredAnalysisSchema };
  try {
    return (await findAnalysis(register, asked))?.correction ?? null;
  } catch (error) {
    throw unavailable(error);
  }
}

/**
 * Query `analysis`; one that waits for its run too. A run whose result has been announced closes a moment
 * later in Temporal: with `atLeast` the announcement counts, once this replica has read it. Errors as in
 * {@link readState}.
 *
 * @throws {Problem} 400 `CURSOR_INVALID`; 503 `NOT_APPLIED` where it has not within five seconds.
 */
export async function readAnalysis(
  services: Parameters<typeof readState>[0] & {
    readonly feed: FeedView;
    readonly queue: QueueLoader | undefined;
  },
  owner: string,
  { correlationId: given, atLeast }: QueryAnalysisArgs,
): Promise<Analysis | null> {
  const { feed } = services;
  if (atLeast != null) await waitForCursor(feed, atLeast);
  const id = correlationIdSchema.safeParse(given);
  if (!id.success) return null; // not even an id
  const correlationId = id.data;
  const state = await readState(services, owner, correlationId, queryTimeoutMs);
  if (state === undefined) {
    const place = await services.queue?.load(correlationId);
    return place == null ? null : waitingAnalysis(correlationId, place);
  }
  const announced = feed.known(owner, correlationId).map(({ event }) => event);
  if (announced.some(({ type }) => type === 'analysis.deleted')) return null;
  const end = announced.find(
    ({ type, runId }) => type === 'analysis.completed' && runId === state.runId,
  );
  if (state.completedAt !== null || end === undefined) return toAnalysis(state);
  const completed = toCompleted.fromEvent(end, '');
  const code = completed.failure?.code;
  const unsuccessful = code === 'CANCELLED' || code === 'TERMINATED' ? code : 'FAILED';
  return { ...completed, state: completed.success ? 'COMPLETED' : unsuccessful };
}

async function waitForCursor(feed: FeedView, cursor: string): Promise<void> {
  const positions = feed.decodeCursor(cursor);
  await feed.waitFor(positions, queryTimeoutMs);
  if (await feed.isBehindEnd(positions)) throw cursorExpired('the feed was recreated', positions);
  if (feed.canResume(positions) || (await feed.whyExpired(positions)) !== undefined) return;
  throw new Problem(503, 'NOT_APPLIED', 'this replica has not read as far: ask again', {
    retryAfter: 1,
  });
}

/**
 * Query `analyses`.
 *
 * @throws {Problem} 400 `CURSOR_INVALID`, 422 with what is wrong; 503 `NOT_APPLIED` until `atLeast` is in
 *   the register, 503 `REGISTER_UNAVAILABLE` while it is away.
 */
export async function listAnalyses(
  register: RestClient,
  owner: string,
  { first, after, order, ...filter }: QueryAnalysesArgs,
): Promise<AnalysisConnection> {
  if (after != null && after.length > longestCursor)
    throw new Problem(400, 'CURSOR_INVALID', 'after: invalid; pass a cursor of `analyses`');
  const narrowed = queryOf({ owner, ...filter });
  const query = { ...narrowed, ...queryOf({ first, after, order: order?.toLowerCase() }) };
  parseOrProblem(registeredAnalysesQuerySchema, query);
  const ask = <Schema extends z.ZodType>(path: string, asked: typeof query, answer: Schema) =>
    askRegister(register, {
      path: `${path}?${new URLSearchParams(asked).toString()}`,
      owner,
      answer,
    });

  const page = await ask('/v1/analyses', query, registeredAnalysesPageSchema);
  const count = async () => (await ask('/v1/analyses/count', narrowed, analysesCountSchema)).count;
  return {
    edges: page.items.map(({ cursor, ...state }) => ({ cursor, node: toAnalysis(state) })),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: false,
      startCursor: page.items[0]?.cursor ?? null,
      endCursor: page.items.at(-1)?.cursor ?? null,
    },
    totalCount: count as unknown as number, // graphql-js calls it where the field is asked for
  };
}

/** Arguments as the register takes them in a URL. */
export function queryOf(
  args: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Record<string, string> {
  const given = Object.entries(args).flatMap(([name, value]) =>
    value == null ? [] : [[name, name === 'atLeast' ? offsetsOf(String(value)) : String(value)]],
  );
  return Object.fromEntries(given) as Record<string, string>;
}

async function askRegister<Schema extends z.ZodType>(
  register: RestClient,
  { path, owner, answer }: { path: string; owner: string; answer: Schema },
) {
  const headers = { [ownerHeader]: owner };
  try {
    return await register.call({ method: 'GET', path, headers, answer, timeoutMs: queryTimeoutMs });
  } catch (error) {
    throw unavailable(error);
  }
}

const passed = new Set(['NOT_APPLIED', 'BUSY']);

/** What clients can do while the register or its database is away. */
export function unavailable(error: unknown): unknown {
  if (!(error instanceof Problem) || passed.has(error.code)) return error;
  // 401 and 403 are between the services: a client whose token is good must not sign in again.
  if (![401, 403, 503].includes(error.status)) return error;
  const detail =
    'the history is unavailable: try again; uploads, subscriptions and analysis(correlationId) go on';
  return new Problem(503, 'REGISTER_UNAVAILABLE', detail, {
    cause: error,
    retryAfter: error.retryAfter ?? 1,
  });
}
