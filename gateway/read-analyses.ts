import { correlationIdSchema } from '../contracts/recognition.ts';
import {
  analysesPageSchema,
  analysisSchema,
  ownerHeader,
  type Analysis as KnownAnalysis,
} from '../contracts/rest.ts';
import type { Analysis, AnalysisConnection } from '../contracts/schema.generated.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { wordAnalysis } from './word-analysis.ts';

const timeoutMs = 5_000;

/**
 * What the orchestrator knows of one analysis of this owner; undefined where there is none: another
 * owner's looks the same as one that never was.
 *
 * @throws {Problem} as the orchestrator said it, or 503 `UNREACHABLE`.
 */
export async function readState(
  orchestrator: RestClient,
  owner: string,
  correlationId: string,
  withinMs: number,
): Promise<KnownAnalysis | undefined> {
  try {
    return await orchestrator.call({
      method: 'GET',
      path: `/v1/analyses/${encodeURIComponent(correlationId)}`,
      headers: { [ownerHeader]: owner },
      answer: analysisSchema,
      timeoutMs: withinMs,
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
  if (!correlationIdSchema.safeParse(correlationId).success) return null; // nobody's
  const state = await readState(orchestrator, owner, correlationId, timeoutMs);
  return state === undefined ? null : wordAnalysis(state);
}

/** Query `analyses`: the newest first, at most 100 at a time. Errors as in {@link readState}. */
export async function listAnalyses(
  orchestrator: RestClient,
  owner: string,
  page: { first: number | null; after?: string | null | undefined },
): Promise<AnalysisConnection> {
  const query = new URLSearchParams({ owner, first: String(page.first ?? 20) });
  if (page.after != null) query.set('after', page.after);
  const { items, hasNextPage } = await orchestrator.call({
    method: 'GET',
    path: `/v1/analyses?${query.toString()}`,
    headers: { [ownerHeader]: owner },
    answer: analysesPageSchema,
    timeoutMs,
  });
  return {
    edges: items.map(({ cursor, ...state }) => ({ cursor, node: wordAnalysis(state) })),
    pageInfo: { hasNextPage, endCursor: items.at(-1)?.cursor ?? null },
  };
}
