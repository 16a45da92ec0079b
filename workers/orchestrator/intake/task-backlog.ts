import { Gauge, type Registry } from 'prom-client';
import { taskQueues } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';

/** `taskQueueType` as Temporal's API numbers it: workflow and activity tasks. */
const watched = [
  { name: taskQueues.analysis, type: 1 },
  { name: taskQueues.recognition, type: 2 },
] as const;

interface Backlog {
  readonly taskQueue: string;
  readonly tasks: number;
  readonly oldestMs: number;
}

export interface TaskBacklog {
  /** How long the oldest task has waited, as of less than a second ago. @throws what Temporal's client throws. */
  oldestTaskMs(): Promise<number>;
}

const validMs = 1_000;
const answerLimitMs = 2_000;

/** Temporal's own statistics of what waits for a worker or for the quota; also as gauges. */
export function followTaskBacklog(deps: {
  readonly temporal: Temporal;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly now?: () => number;
}): TaskBacklog {
  const { temporal, registry, logger, now = Date.now } = deps;
  let asked: { readonly at: number; readonly answer: Promise<Backlog[]> } | undefined;

  const ask = () =>
    temporal.withTimeout(answerLimitMs, ({ workflowService, options: { namespace } }) =>
      Promise.all(
        watched.map(async ({ name, type }): Promise<Backlog> => {
          const { stats } = await workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name },
            // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the client does not export the enum
            taskQueueType: type,
            reportStats: true,
          });
          if (!stats) throw new Error('Temporal answers no statistics of its task queues');
          const { seconds, nanos } = stats.approximateBacklogAge ?? {};
          return {
            taskQueue: name,
            tasks: Number(stats.approximateBacklogCount ?? 0),
            oldestMs: Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1_000_000,
          };
        }),
      ),
    );

  function backlogs(): Promise<Backlog[]> {
    if (asked === undefined || now() - asked.at >= validMs) {
      asked = { at: now(), answer: ask() };
      asked.answer.catch(() => undefined); // each caller gets it
    }
    return asked.answer;
  }

  function gauge(name: string, help: string, read: (backlog: Backlog) => number): void {
    new Gauge({
      name,
      help,
      labelNames: ['task_queue'],
      registers: [registry],
      async collect() {
        this.reset();
        try {
          for (const backlog of await backlogs())
            this.set({ task_queue: backlog.taskQueue }, read(backlog));
        } catch (error) {
          logger.debug({ err: error }, 'task backlog not counted');
        }
      },
    });
  }
  gauge(
    'orchestrator_task_backlog',
    'Tasks that wait in Temporal for a worker or for the quota; absent while it is unavailable.',
    ({ tasks }) => tasks,
  );
  gauge(
    'orchestrator_task_backlog_oldest_seconds',
    'How long the oldest of them has waited.',
    ({ oldestMs }) => oldestMs / 1_000,
  );

  return {
    async oldestTaskMs() {
      return Math.max(0, ...(await backlogs()).map(({ oldestMs }) => oldestMs));
    },
  };
}
