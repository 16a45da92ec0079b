import type {
  Analysis,
  AnalysisConnection,
  FeedCursors,
  QueryAnalysesArgs,
} from './api.generated.ts';
import { UnavailableError } from '../http/errors.ts';
import { request } from './documents.ts';
import type { CallOptions, ExecuteOptions, Transport } from './transport.ts';

/** `atLeast`, a cursor: the answer has every event up to it. */
type ReadOptions = CallOptions & { readonly atLeast?: string | undefined };

/**
 * While the history is unavailable the analysis comes without `correction`: what its owner said is not known.
 *
 * @param withCorrection false: it is not asked for.
 */
export async function readAnalysis(
  transport: Transport,
  correlationId: string,
  {
    withCorrection = true,
    ...options
  }: ReadOptions & { readonly withCorrection?: boolean | undefined },
): Promise<Analysis | null> {
  const asked = { correlationId, withCorrection };
  const onFailure = (failure: unknown) => {
    if (withCorrection && isHistoryUnavailable(failure)) throw failure;
  };
  try {
    return await readOnce(transport, asked, { ...options, onFailure });
  } catch (error) {
    if (!withCorrection || !isHistoryUnavailable(error)) throw error;
    return readOnce(transport, { correlationId, withCorrection: false }, options);
  }
}

const isHistoryUnavailable = (error: unknown) =>
  error instanceof UnavailableError && error.code === 'REGISTER_UNAVAILABLE';

async function readOnce(
  transport: Transport,
  asked: { readonly correlationId: string; readonly withCorrection: boolean },
  { atLeast, ...options }: ReadOptions & Pick<ExecuteOptions, 'onFailure'>,
): Promise<Analysis | null> {
  const answer = await transport.execute<{ analysis: Analysis | null }>(
    request('Analysis', { ...asked, atLeast }),
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
