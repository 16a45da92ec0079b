// How many runs may be under way: what is started before others have ended takes their time from them.
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import { temporalFaultOf } from '../../../platform/temporal/temporal.ts';
import type { OpenRuns } from '../open-runs/open-runs.ts';
import type { TaskBacklog } from './task-backlog.ts';

export interface AdmissionLimits {
  /** Runs of the last two minutes that are open. */
  readonly openRuns: number;
  /** How long a task may have waited in Temporal; absent: as long as it likes. */
  readonly taskWaitMs?: number;
}

/** Why no other run may be started. */
export interface Excess {
  readonly reason: string;
  readonly cause: 'busy' | 'unavailable';
}

export interface Admission {
  /** Resolves with nothing once another run may be started, else with why not: after so long, or when nobody waits any more. */
  waitForRoom(ms: number, waits: () => boolean): Promise<Excess | undefined>;
  /** @throws while no other run may be started, saying why. */
  probe(): Promise<void>;
}

const lookMs = 250;

export function createAdmission(deps: {
  readonly limits: AdmissionLimits;
  readonly openRuns: Pick<OpenRuns, 'countRecent'>;
  readonly backlog: TaskBacklog;
  readonly logger: Logger;
}): Admission {
  const { limits, openRuns, backlog, logger } = deps;
  let isUnknown = false;

  async function findExcess(): Promise<Excess | undefined> {
    const open = openRuns.countRecent();
    if (open >= limits.openRuns) return { reason: `${open} analyses under way`, cause: 'busy' };
    if (limits.taskWaitMs === undefined) return undefined;
    try {
      const oldestMs = await backlog.oldestTaskMs();
      isUnknown = false;
      if (oldestMs <= limits.taskWaitMs) return undefined;
      const reason = `tasks wait for ${Math.round(oldestMs / 1_000)} s in Temporal`;
      return { reason, cause: 'busy' };
    } catch (error) {
      if (temporalFaultOf(error) === 'unavailable')
        return { reason: (error as Error).message, cause: 'unavailable' };
      // The start itself meets the same fault, and its outcome says what becomes of the message.
      if (!isUnknown)
        logger.warn({ err: error }, 'task backlog unknown: batches are not held back');
      isUnknown = true;
      return undefined;
    }
  }

  return {
    async waitForRoom(ms, waits) {
      const until = Date.now() + ms;
      for (;;) {
        const excess = await findExcess();
        if (excess === undefined || Date.now() >= until || !waits()) return excess;
        await delay(lookMs);
      }
    },
    async probe() {
      const excess = await findExcess();
      if (excess !== undefined) throw new Error(excess.reason);
    },
  };
}
