import { setTimeout as pause } from 'node:timers/promises';
import type { Analysis } from '../../contracts/rest.ts';
import { Problem } from '../../platform/http/problem.ts';

/**
 * The orchestrator's word on one analysis of an owner; undefined where it knows none of that id.
 *
 * @throws {Problem} when it does not answer in time, or not sensibly.
 */
export type AskState = (
  owner: string,
  correlationId: string,
  timeoutMs: number,
) => Promise<Analysis | undefined>;

const firstAskMs = 1_000;
const laterAskMs = 5_000;

/** `none`: no answer within a second. A subscription goes live then, and asks again behind. */
export async function firstAnswer(ask: AskState, owner: string, correlationId: string) {
  return answerOrNone(ask(owner, correlationId, firstAskMs));
}

/** Asks until there is an answer, or nobody waits for it: an end from before the window is not missed. */
export async function laterAnswer(
  ask: AskState,
  owner: string,
  correlationId: string,
  isOver: () => boolean,
): Promise<Analysis | undefined> {
  for (let wait = 2_000; ; wait = Math.min(wait * 2, 30_000)) {
    await pause(wait / 2 + (Math.random() * wait) / 2, undefined, { ref: false });
    if (isOver()) return undefined;
    const answer = await answerOrNone(ask(owner, correlationId, laterAskMs));
    if (answer !== 'none') return answer;
  }
}

async function answerOrNone(asked: Promise<Analysis | undefined>) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem) return 'none' as const;
    throw error;
  }
}
