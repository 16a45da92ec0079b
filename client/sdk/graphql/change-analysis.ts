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

/** @throws {ChangeRefusedError} the service refuses it: `NO_ANALYSIS`, `NOT_ENDED`, `ALREADY_ENDED` ... */
export async function changeAnalysis<Change extends keyof Changes>(
  transport: Transport,
  change: Change,
  args: Changes[Change][0],
  options: CallOptions,
): Promise<Changes[Change][1]> {
  const answer = await transport.execute<Record<string, Changes[Change][1]>>(
    request(change, { ...args }),
    options,
  );
  return answer[fields[change]] as Changes[Change][1];
}
