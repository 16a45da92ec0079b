// What the `temporal` command and the UI ask of the server, asked of it directly.
import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { startAnalysis } from '../../../workers/orchestrator/intake/start-analysis.ts';
import { showRun } from '../../../operations/analyses/show-run.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { eventually } from './eventually.ts';
import { noAnswer, type WorkflowHarness } from './workflows.ts';

export const operator = 'operator@example';

/** Which event a run is reset to. */
export type ResetTo = 'first workflow task' | 'last workflow task';

const payloads = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] });

export function openOperatorHarness(harness: WorkflowHarness) {
  const { client } = harness;
  const { namespace } = client.options;
  const service = client.workflowService;
  const idOf = (photo: AnalysisInput) => harness.handle(photo).workflowId;
  const execution = (photo: AnalysisInput) => ({ workflowId: idOf(photo) });

  /** Where every act on an activity goes: to the only one that is pending. */
  async function activityOf(photo: AnalysisInput) {
    const id = await eventually(async () => {
      const { raw } = await harness.handle(photo).describe();
      return raw.pendingActivities?.[0]?.activityId ?? false;
    });
    const common = { namespace, identity: operator, workflowId: idOf(photo) };
    return { ...common, activityId: id, execution: execution(photo), id };
  }

  return {
    /** An analysis that waits for the adapter. */
    async waiting(more: Partial<AnalysisInput> = {}): Promise<AnalysisInput> {
      const photo = harness.photo(more);
      harness.adapterAnswers(photo.correlationId, noAnswer);
      await startAnalysis(harness.temporal, photo);
      await eventually(() => harness.asked(photo.correlationId).length > 0);
      return photo;
    },
    /** What clients have heard: 'success', or a code. */
    heard: ({ correlationId }: AnalysisInput) =>
      harness.ends(correlationId).map(({ failure }) => failure?.code ?? 'success'),
    /** What `ops analyses show` prints. */
    shown: async (photo: AnalysisInput) => (await showRun(client, photo.correlationId)).join('\n'),
    async status(photo: AnalysisInput) {
      return (await harness.handle(photo).describe()).status.name;
    },

    async completeActivity(photo: AnalysisInput, result: unknown) {
      const activity = await activityOf(photo);
      await service.respondActivityTaskCompletedById({ ...activity, result: payloads(result) });
    },
    async failActivity(photo: AnalysisInput, message: string) {
      const failure = { message, applicationFailureInfo: { nonRetryable: true } };
      await service.respondActivityTaskFailedById({ ...(await activityOf(photo)), failure });
    },
    async pauseActivity(photo: AnalysisInput, reason: string) {
      await service.pauseActivity({ ...(await activityOf(photo)), reason });
    },
    async unpauseActivity(photo: AnalysisInput) {
      await service.unpauseActivity(await activityOf(photo));
    },
    async resetActivity(photo: AnalysisInput) {
      await service.resetActivity(await activityOf(photo));
    },
    /** @param options as `temporal activity update-options` takes them. */
    async updateActivity(
      photo: AnalysisInput,
      options: { maximumAttempts?: number; startToCloseSeconds?: number; taskQueue?: string },
    ) {
      const { maximumAttempts, startToCloseSeconds, taskQueue } = options;
      const paths = [
        ...(maximumAttempts === undefined ? [] : ['retry_policy.maximum_attempts']),
        ...(startToCloseSeconds === undefined ? [] : ['start_to_close_timeout']),
        ...(taskQueue === undefined ? [] : ['task_queue.name']),
      ];
      await service.updateActivityOptions({
        ...(await activityOf(photo)),
        updateMask: { paths },
        activityOptions: {
          retryPolicy: { maximumAttempts: maximumAttempts ?? null },
          startToCloseTimeout: { seconds: (startToCloseSeconds ?? 0) as never },
          taskQueue: { name: taskQueue ?? null },
        },
      });
    },

    async pause(photo: AnalysisInput, reason: string) {
      const workflowId = idOf(photo);
      await service.pauseWorkflowExecution({ namespace, workflowId, identity: operator, reason });
    },
    async unpause(photo: AnalysisInput) {
      const workflowId = idOf(photo);
      await service.unpauseWorkflowExecution({ namespace, workflowId, identity: operator });
    },
    async remove(photo: AnalysisInput) {
      await service.deleteWorkflowExecution({
        namespace,
        workflowExecution: execution(photo),
      });
    },
    async reset(photo: AnalysisInput, to: ResetTo) {
      const { events } = await harness.handle(photo).fetchHistory();
      const ended = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
      const event = to === 'first workflow task' ? ended.at(0) : ended.at(-1);
      const { runId } = await service.resetWorkflowExecution({
        namespace,
        workflowExecution: execution(photo),
        workflowTaskFinishEventId: event?.eventId ?? null,
        reason: 'a test',
        requestId: randomUUID(),
      });
      return runId;
    },
    async pin(photo: AnalysisInput, version: { deploymentName: string; buildId: string }) {
      const behavior = 1 as never; // pinned; the SDK does not export the enum
      await service.updateWorkflowExecutionOptions({
        namespace,
        workflowExecution: execution(photo),
        updateMask: { paths: ['versioning_override'] },
        workflowExecutionOptions: { versioningOverride: { pinned: { behavior, version } } },
      });
    },
    /** Waits, at most 5 s, until the run has accepted it. */
    update: (photo: AnalysisInput, name: string) =>
      client.withDeadline(Date.now() + 5_000, () =>
        service.updateWorkflowExecution({
          namespace,
          workflowExecution: execution(photo),
          waitPolicy: { lifecycleStage: 2 as never }, // accepted
          request: { meta: { updateId: randomUUID() }, input: { name } },
        }),
      ),
    /** @param encoding what the UI and `--input-meta encoding=` offer. */
    async signal(
      photo: AnalysisInput,
      { name = 'recognitionCompleted', input, encoding = 'json/plain' }: HandSignal,
    ) {
      const payload = {
        metadata: { encoding: Buffer.from(encoding) },
        data: Buffer.from(input ?? ''),
      };
      await service.signalWorkflowExecution({
        namespace,
        workflowExecution: execution(photo),
        signalName: name,
        input: input === undefined ? null : { payloads: [payload] },
        identity: operator,
      });
    },
  };
}

export interface HandSignal {
  readonly name?: string;
  readonly input?: string;
  readonly encoding?: string;
}
