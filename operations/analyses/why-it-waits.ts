// What an open run waits for, and what helps: asked of Temporal, and of the run itself.
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { taskQueues } from '../../contracts/topology.ts';
import { readWorkflowInput } from '../../platform/temporal/temporal.ts';
import { progress, type AnalysisInput, type AnalysisProgress } from '../../workflows/messages.ts';
import { identityAndReason, whyItsTaskFails, type Row } from './run-history.ts';

type Raw = WorkflowExecutionDescription['raw'];
type PendingActivity = NonNullable<Raw['pendingActivities']>[number];
type Timestamp = PendingActivity['scheduledTime'];

/** As the server numbers them (temporal.api.enums.v1). */
const scheduled = 1;
const queueTypes = { workflow: 1 as never, activity: 2 as never };

/** The causes first, then the rest that is known. */
export async function whyItWaits(
  client: Client,
  run: WorkflowExecutionDescription,
): Promise<Row[]> {
  const { pendingActivities, pendingWorkflowTask, workflowExtendedInfo } = run.raw;
  const rows: Row[] = [];
  const pause = workflowExtendedInfo?.pauseInfo;
  if (pause != null)
    rows.push(
      ['paused', identityAndReason(pause.identity, pause.reason)],
      ['remedy', `temporal workflow unpause -w ${run.workflowId}, or ops analyses cancel`],
    );
  // The first failed attempt is written into the history, those after it are only counted.
  if ((pendingWorkflowTask?.attempt ?? 1) > 1)
    rows.push(
      ['stuck', await whyItsTaskFails(client, run)],
      ['remedy', 'deploy a fixed orchestrator; until then redo --terminate starts it again'],
    );
  else if (pause == null) rows.push(...(await stepOf(client, run)));
  for (const activity of pendingActivities ?? [])
    rows.push(...(await describeActivity(client, run.workflowId, activity)));
  const { patienceMs } = ((await readWorkflowInput(client, run)) ?? {}) as Partial<AnalysisInput>;
  if (patienceMs !== undefined)
    rows.push(['until', `${timeOf(run.startTime.getTime() + patienceMs)}, then TIMED_OUT`]);
  return rows;
}

const queryLimitMs = 3_000;

async function stepOf(client: Client, run: WorkflowExecutionDescription): Promise<Row[]> {
  let known: AnalysisProgress;
  try {
    const handle = client.workflow.getHandle(run.workflowId, run.runId);
    known = await client.withDeadline(Date.now() + queryLimitMs, () => handle.query(progress));
  } catch (error) {
    const running = await isPolled(client, taskQueues.analysis, 'workflow');
    const cause = running
      ? `the orchestrator has not answered (${(error as Error).message})`
      : 'no orchestrator is running: npm run infra -- status';
    return [['step', `unknown: ${cause}`]];
  }
  const rows: Row[] = [['step', known.step]];
  if (known.step.startsWith('announcing'))
    rows.push(['waits', 'until RabbitMQ confirms the announcement: npm run infra -- status']);
  if (known.ignoredSignals > 0)
    rows.push(['signals', `${known.ignoredSignals} ignored: their payload is not a recognition`]);
  return rows;
}

async function describeActivity(
  client: Client,
  workflowId: string,
  activity: PendingActivity,
): Promise<Row[]> {
  const { attempt, activityType, lastFailure, paused, pauseInfo, activityOptions } = activity;
  const id = activity.activityId ?? '';
  const rows: Row[] = [['attempt', `${attempt ?? 1} of ${activityType?.name ?? ''}`]];
  if (paused)
    rows.push(
      ['paused', identityAndReason(pauseInfo?.manual?.identity, pauseInfo?.manual?.reason)],
      ['remedy', `temporal activity unpause -w ${workflowId} --activity-id ${id}`],
    );
  const queue = activityOptions?.taskQueue?.name ?? taskQueues.recognition;
  const nextMs = millisecondsOf(activity.nextAttemptScheduleTime ?? activity.scheduledTime);
  if (!paused && Number(activity.state) === scheduled) {
    if (nextMs > Date.now()) rows.push(['next', `attempt at ${timeOf(nextMs)}`]);
    else if (await isPolled(client, queue, 'activity'))
      rows.push(['waits', `in task queue ${queue}, for its turn`]);
    else
      rows.push([
        'waits',
        queue === taskQueues.recognition
          ? 'no recognition worker is running: npm run infra -- status'
          : `in task queue ${queue}, where no worker of ours asks: temporal activity update-options -w ${workflowId} --activity-id ${id} --task-queue ${taskQueues.recognition}`,
      ]);
  }
  if (lastFailure?.message) rows.push(['error', lastFailure.message]);
  return rows;
}

/** A worker's poll lasts a minute; the server lists a poller for five. */
const pollLastsMs = 70_000;

/** Whether a worker has asked for tasks of the queue lately. */
async function isPolled(
  client: Client,
  name: string,
  kind: keyof typeof queueTypes,
): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType: queueTypes[kind],
  });
  return pollers.some(
    ({ lastAccessTime }) => Date.now() - millisecondsOf(lastAccessTime) < pollLastsMs,
  );
}

const millisecondsOf = (time: Timestamp): number => Number(time?.seconds ?? 0) * 1000;

const timeOf = (ms: number) => new Date(ms).toISOString();
