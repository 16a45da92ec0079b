// How many runs may be under way: what is started before others have ended takes their time from them.
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import { temporalFaultOf } from '../../../platform/temporal/temporal.ts';
import type { OpenRuns } from '../open-runs.ts';
import type { TaskBacklog } from './task-backlog.ts';

export interface AdmissionLimits {
  /** Runs started within the last two minutes that have not ended; older ones wait for something else. */
  readonly openRuns: number;
  /** How long a task may have waited in Temporal; absent: as long as it likes. */
  readonly waitMs?: number;
}

export interface Admission {
  /** Resolves with true once there is room for another run; with false after so long, or when aborted. */
  within(ms: number, signal: AbortSignal): Promise<boolean>;
  /** @throws while there is no room, saying what is under way. */
  probe(): Promise<void>;
}

const recentMs = 2 * 60_000;
const lookMs = 250;

export function createAdmission(deps: {
  readonly limits: AdmissionLimits;
  readonly openRuns: Pick<OpenRuns, 'startedWithin'>;
  readonly backlog: TaskBacklog;
  readonly logger: Logger;
}): Admission {
  const { limits, openRuns, logger } = deps;

  /** What is over a limit. An error other than no answer is the next start's to tell. */
  async function excess(): Promise<string | undefined> {
    const open = openRuns.startedWithin(recentMs);
    if (open >= limits.openRuns) return `${open} analyses under way`;
    if (limits.waitMs === undefined) return undefined;
    try {
      const oldestMs = await deps.backlog.oldestTaskMs();
      return oldestMs > limits.waitMs
        ? `tasks wait for ${Math.round(oldestMs / 1_000)} s in Temporal`
        : undefined;
    } catch (error) {
      logger.debug({ err: error }, 'backlog unknown: Temporal unavailable');
      return temporalFaultOf(error) === 'unavailable' ? 'no answer from Temporal' : undefined;
    }
  }

  return {
    async within(ms, signal) {
      const until = Date.now() + ms;
      while (!signal.aborted) {
        if ((await excess()) === undefined) return true;
        if (Date.now() >= until) return false;
        await delay(lookMs, signal);
      }
      return false;
    },
    async probe() {
      const reason = await excess();
      if (reason !== undefined) throw new Error(reason);
    },
  };
}
