import { correlationIdSchema } from '../contracts/recognition.ts';
import {
  analysesPageSchema,
  analysisSchema,
  ownerHeader,
  type Analysis as AnalysisState,
} from '../contracts/rest.ts';
import type { Analysis, AnalysisConnection } from '../contracts/schema.generated.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { toAnalysis } from './to-payload.ts';

const queryTimeoutMs = 5_000;
const longestCursor = 1_000; // far longer than any of ours, and short enough for a URL

/**
 * The orchestrator's state of one analysis of this owner; undefined where there is none: another
 * owner's looks the same as an unknown one.
 *
 * @throws {Problem} as the orchestrator answers it, or 503 `UNREACHABLE`.
 */
export async function readState(
  orchestrator: RestClient,
  owner: string,
  correlationId: string,
  timeoutMs: number,
): Promise<AnalysisState | undefined> {
  try {
    return await orchestrator.call({
      method: 'GET',
      path: `/v1/analyses/${encodeURIComponent(correlationId)}`,
      headers: { [ownerHeader]: owner },
      answer: analysisSchema,
      timeoutMs,
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

/** Query `analysis`. Errors as in {@link readState}. */
export async function readAnalysis(
  orchestrator: RestClient,
  owner: string,
  correlationId: string,
): Promise<Analysis | null> {
  if (!correlationIdSchema.safeParse(correlationId).success) return null; // not even an id
  const state = await readState(orchestrator, owner, correlationId, queryTimeoutMs);
  return state === undefined ? null : toAnalysis(state);
}

/** Query `analyses`: the newest first, at most 100 at a time. Errors as in {@link readState}. */
export async function listAnalyses(
  orchestrator: RestClient,
  owner: string,
  page: { first: number | null; after?: string | null | undefined },
): Promise<AnalysisConnection> {
  const query = new URLSearchParams({ owner, first: String(page.first ?? 20) });
  if (page.after != null) {
    if (page.after.length > longestCursor)
      throw new Problem(400, 'CURSOR_INVALID', 'after: invalid; pass a cursor of `analyses`');
    query.set('after', page.after);
  }
  const { items, hasNextPage } = await orchestrator.call({
    method: 'GET',
    path: `/v1/analyses?${query.toString()}`,
    headers: { [ownerHeader]: owner },
    answer: analysesPageSchema,
    timeoutMs: queryTimeoutMs,
  });
  return {
    edges: items.map(({ cursor, ...state }) => ({ cursor, node: toAnalysis(state) })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage: false,
      startCursor: items[0]?.cursor ?? null,
      endCursor: items.at(-1)?.cursor ?? null,
    },
  };
}
