import { setTimeout as pause } from 'node:timers/promises';
import type { Analysis } from '../../contracts/rest.ts';
import { Problem } from '../../platform/http/problem.ts';
import { pauseAfter } from '../../platform/retry.ts';

/**
 * The orchestrator's state of one analysis of an owner; undefined where it has none of that id.
 *
 * @throws {Problem} when it does not answer in time, or not in the agreed shape.
 */
export type ReadState = (
  owner: string,
  correlationId: string,
  timeoutMs: number,
) => Promise<Analysis | undefined>;

const firstTimeoutMs = 1_000;
const pollTimeoutMs = 5_000;

/** `unavailable`: no answer within a second. A subscription is live meanwhile, and polls. */
export function readStateOnce(readState: ReadState, owner: string, correlationId: string) {
  return stateOrUnavailable(readState(owner, correlationId, firstTimeoutMs));
}

/** Asks until there is an answer or `isDone`: a result from before the window is not missed. */
export async function pollState(
  readState: ReadState,
  owner: string,
  correlationId: string,
  isDone: () => boolean,
): Promise<Analysis | undefined> {
  for (let failures = 1; ; failures += 1) {
    const wait = pauseAfter(failures, { firstMs: 2_000, longestMs: 30_000 });
    await pause(wait / 2 + (Math.random() * wait) / 2, undefined, { ref: false });
    if (isDone()) return undefined;
    const state = await stateOrUnavailable(readState(owner, correlationId, pollTimeoutMs));
    if (state !== 'unavailable') return state;
  }
}

async function stateOrUnavailable(reading: Promise<Analysis | undefined>) {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Problem) return 'unavailable' as const;
    throw error;
  }
}
