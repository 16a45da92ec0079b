import type {
  Analysis,
  AnalysisConnection,
  FeedCursors,
  QueryAnalysesArgs,
} from './api.generated.ts';
import { request } from './documents.ts';
import type { CallOptions, Transport } from './transport.ts';

/**
 * @param atLeast a cursor: the answer has every event up to it.
 * @param withCorrection false: answered also while the history is unavailable.
 */
export async function readAnalysis(
  transport: Transport,
  correlationId: string,
  {
    atLeast,
    withCorrection,
    ...options
  }: CallOptions & {
    readonly atLeast?: string | undefined;
    readonly withCorrection?: boolean | undefined;
  },
): Promise<Analysis | null> {
  const answer = await transport.execute<{ analysis: Analysis | null }>(
    request('Analysis', { correlationId, atLeast, withCorrection }),
    options,
  );
  return answer.analysis;
}

/** What a list is narrowed to, all of it at once; its order; and what must be in it. */
export type ListOptions = CallOptions & Omit<QueryAnalysesArgs, 'first' | 'after'>;

/** The caller's own, newest first unless asked otherwise, page after page as they are read. */
export async function* readAnalyses(
  transport: Transport,
  { signal, retryForMs, ...filter }: ListOptions,
): AsyncGenerator<Analysis, void, undefined> {
  let after: string | null = null;
  for (;;) {
    const page: { analyses: AnalysisConnection } = await transport.execute(
      request('Analyses', { ...filter, first: 100, after }),
      { signal, retryForMs },
    );
    for (const { node } of page.analyses.edges) yield node;
    after = page.analyses.pageInfo.endCursor ?? null;
    if (!page.analyses.pageInfo.hasNextPage || after === null) return;
  }
}

/** The newest cursors: where a client begins that wants to miss nothing from now on. */
export async function readFeedCursors(
  transport: Transport,
  options: CallOptions,
): Promise<FeedCursors> {
  const answer = await transport.execute<{ feedCursors: FeedCursors }>(
    request('FeedCursors'),
    options,
  );
  return answer.feedCursors;
}
