// One row of the matrix: a fault under steady load, and the count of everything afterwards.
import { setTimeout as pause } from 'node:timers/promises';
import { beginStory, samplePhoto, type Story } from '../../support/harness/users.ts';
import {
  countDeadLetters,
  countRegistered,
  countRuns,
  readCompletions,
} from './count-on-servers.ts';
import type { Fault } from './fault-table.ts';
import { startSteadyLoad, type SteadyLoad } from '../../support/steady-load.ts';

export interface FaultLoad {
  readonly perSecond: number;
  /** At least so long in all, at most a fault's own length more. */
  readonly forMs: number;
  /** Before the fault. */
  readonly leadMs: number;
  /** After the service is ready again. */
  readonly tailMs: number;
}

export const wholeLoad: FaultLoad = {
  perSecond: 5,
  forMs: 20_000,
  leadMs: 4_000,
  tailMs: 6_000,
};
export const briefLoad: FaultLoad = { perSecond: 5, forMs: 0, leadMs: 1_000, tailMs: 1_000 };

export interface FaultCount {
  readonly fault: string;
  readonly accepted: number;
  /** Clear errors by their code, each met before its photo was accepted by the same call made again. */
  readonly refused: Readonly<Record<string, number>>;
  /** Runs in Temporal of the load's owner. */
  readonly runs: number;
  /** Runs that ended as the register keeps them, and the analyses they belong to: one each. */
  readonly registered: { readonly runs: number; readonly analyses: number };
  /** Photos whose end the client received. */
  readonly received: number;
  readonly receivedTwice: number;
  readonly receivedFailed: number;
  /** Events in the stream beyond one per photo: repeats that a consumer drops by their id... */
  readonly repeats: number;
  /** ... and those that it cannot, because their id is another. */
  readonly otherEvents: number;
  readonly newDeadLetters: number;
  /** From the moment that the damage is done until the service is ready again. */
  readonly outageMs: number;
  /** From the same moment to the first end of a photo that was sent after it. */
  readonly flowsAgainMs: number;
}

export async function runFault(
  fault: Fault,
  options: { load: FaultLoad; gateways: readonly ('graph-gateway' | 'graph-gateway-2')[] },
): Promise<FaultCount> {
  const story = await beginStory();
  const { stack } = story;
  const { leadMs, tailMs, forMs, perSecond } = options.load;
  const user = story.newUser();
  const deadLettersBefore = await countDeadLetters(stack);
  const gateways = options.gateways.map((gateway) => stack.url(gateway));
  const begun = Date.now();
  const load = await startSteadyLoad({ user, gateways, perSecond, photo: await samplePhoto() });
  try {
    await pause(leadMs);
    await fault.strike(stack);
    const downAt = Date.now();
    await pause(fault.lastsMs);
    await fault.mend(stack);
    const outageMs = Date.now() - downAt;
    await pause(Math.max(tailMs, forMs - (Date.now() - begun)));
    await load.finish();
    await load.untilAllReceived();
    const facts = await countFacts(story, load, await user.token());
    return {
      fault: fault.name,
      ...facts,
      newDeadLetters: (await countDeadLetters(stack)) - deadLettersBefore,
      outageMs,
      flowsAgainMs: firstEndAfter(load, downAt) - downAt,
    };
  } finally {
    await load.close();
  }
}

async function countFacts({ stack }: Story, load: SteadyLoad, token: string) {
  const sent = new Map(load.sent.map((one) => [one.correlationId ?? '', one]));
  const accepted = sent.size;
  // What Temporal lists and the register keeps follows what they know by a moment.
  const runs = await settled(
    () => countRuns(stack, token),
    (count) => count === accepted,
  );
  const registered = await settled(
    () => countRegistered(stack, token),
    (count) => count.runs === accepted && count.analyses === accepted,
  );
  const times = new Map<string, number>();
  for (const { correlationId } of load.received)
    times.set(correlationId, (times.get(correlationId) ?? 0) + 1);
  const completions = await readCompletions(stack, new Set(sent.keys()));
  const refused: Record<string, number> = {};
  for (const code of load.sent.flatMap(({ refusals }) => refusals))
    refused[code] = (refused[code] ?? 0) + 1;
  return {
    accepted,
    refused,
    runs,
    registered,
    received: [...times.keys()].filter((id) => sent.has(id)).length,
    receivedTwice: [...times.values()].filter((count) => count > 1).length,
    receivedFailed: load.received.filter(({ success }) => !success).length,
    repeats: completions.events - completions.ids,
    otherEvents: completions.ids - accepted,
  };
}

/** The count as soon as it is as expected, or what it is after 10 s. */
async function settled<Count>(
  read: () => Promise<Count>,
  isExpected: (count: Count) => boolean,
): Promise<Count> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const count = await read();
    if (isExpected(count) || Date.now() > deadline) return count;
    await pause(200);
  }
}

function firstEndAfter(load: SteadyLoad, downAt: number): number {
  const after = new Set(
    load.sent.filter(({ begunAt }) => begunAt >= downAt).map(({ correlationId }) => correlationId),
  );
  return load.received.find(({ correlationId }) => after.has(correlationId))?.at ?? Number.NaN;
}

/** What of the promise does not hold; empty when nothing was lost. */
export function brokenPromises(count: FaultCount): string[] {
  const { accepted } = count;
  const must: readonly (readonly [boolean, string])[] = [
    [accepted > 0, 'nothing was accepted'],
    [count.runs === accepted, `${accepted} accepted, ${count.runs} workflows`],
    [
      count.registered.runs === accepted && count.registered.analyses === accepted,
      `${accepted} accepted, ${count.registered.runs} runs of ${count.registered.analyses} analyses in the register`,
    ],
    [count.received === accepted, `${accepted - count.received} lost`],
    [count.receivedTwice === 0, `${count.receivedTwice} received twice`],
    [count.receivedFailed === 0, `${count.receivedFailed} ended as failed`],
    [count.otherEvents === 0, `${count.otherEvents} more ends than photos`],
    [count.newDeadLetters === 0, `${count.newDeadLetters} dead letters`],
    [!Number.isNaN(count.flowsAgainMs), 'no photo sent after the fault came to its end'],
  ];
  return must.filter(([holds]) => !holds).map(([, broken]) => broken);
}
