import type {
  CancelAnalysisPayload,
  CorrectAnalysisPayload,
  DeleteAnalysisPayload,
  MutationCancelAnalysisArgs,
  MutationCorrectAnalysisArgs,
  MutationDeleteAnalysisArgs,
  MutationRedoAnalysisArgs,
  RedoAnalysisPayload,
} from './api.generated.ts';
import { TrackunitError, UnavailableError } from '../http/errors.ts';
import { request } from './documents.ts';
import type { CallOptions, Transport } from './transport.ts';

/** What an owner can do to an analysis: arguments and payload of each mutation. */
interface Changes {
  CorrectAnalysis: [MutationCorrectAnalysisArgs, CorrectAnalysisPayload];
  DeleteAnalysis: [MutationDeleteAnalysisArgs, DeleteAnalysisPayload];
  RedoAnalysis: [MutationRedoAnalysisArgs, RedoAnalysisPayload];
  CancelAnalysis: [MutationCancelAnalysisArgs, CancelAnalysisPayload];
}

const fields = {
  CorrectAnalysis: 'correctAnalysis',
  DeleteAnalysis: 'deleteAnalysis',
  RedoAnalysis: 'redoAnalysis',
  CancelAnalysis: 'cancelAnalysis',
} as const;

/**
 * Retried while failures pass by themselves. A redo is retried only where it has certainly not begun: a
 * second one would be paid again. A cancel whose answer was lost is asked for again, and done when the
 * analysis has ended.
 *
 * @throws {ChangeRefusedError} the service refuses it: `NO_ANALYSIS`, `NOT_ENDED`, `ALREADY_ENDED` ...
 * @throws {TrackunitError} `OUTCOME_UNKNOWN`: a redo may have begun.
 */
export async function changeAnalysis<Change extends keyof Changes>(
  transport: Transport,
  change: Change,
  args: Changes[Change][0],
  options: CallOptions,
): Promise<Changes[Change][1]> {
  const outcome = { isUnknown: false };
  const onFailure = (failure: unknown) => {
    if (!(failure instanceof UnavailableError) || notBegun.has(failure.code)) return;
    outcome.isUnknown = true;
    if (change === 'RedoAnalysis') throw outcomeUnknown(failure);
  };
  try {
    const answer = await transport.execute<Record<string, Changes[Change][1]>>(
      request(change, { ...args }),
      { ...options, onFailure },
    );
    return answer[fields[change]] as Changes[Change][1];
  } catch (error) {
    const isEnded = error instanceof TrackunitError && error.code === 'ALREADY_ENDED';
    if (!(change === 'CancelAnalysis' && outcome.isUnknown && isEnded)) throw error;
    return { correlationId: args.correlationId } as Changes[Change][1];
  }
}

/** Refused before anything was done. */
const notBegun = new Set([
  ...['TOO_MANY_REDOS', 'TOO_MANY_MUTATIONS', 'TOO_MANY_REQUESTS', 'HTTP_429'],
  ...['ISSUER_UNREACHABLE', 'REGISTER_UNAVAILABLE'],
]);

const outcomeUnknown = (cause: UnavailableError) =>
  new TrackunitError('OUTCOME_UNKNOWN', `the redo may have begun: ${cause.message}`, {
    remedy: 'Look at the analysis: redo it again only where no new run or result comes.',
    cause,
  });
