// SIGTERM to every process of ours while photos flow: in order, in time, and nothing done twice.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exchanges } from '../../contracts/topology.ts';
import type { ServiceName } from '../../infra/stack/service.ts';
import { askLoadVision, askLocalVision } from '../support/vision/use-load-vision.ts';
import { recordExchanges } from '../support/messaging/rabbitmq.ts';
import { beginStory, samplePhoto, type Story } from '../support/harness/users.ts';
import { countRuns } from '../faults/matrix/count-on-servers.ts';
import { startSteadyLoad } from '../support/steady-load.ts';
import { journeyProcesses } from '../support/journey-processes.ts';

const processes = [...journeyProcesses, 'load-vision', 'identity'] as const satisfies ServiceName[];

const announced = new Set<string>([exchanges.analysisStarted, exchanges.analysisCompleted]);

/** What an orchestrator such as Kubernetes would wait; the processes give themselves 14 s. */
const stopWithinMs = 15_000;

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await askLoadVision(story.stack);
});
afterAll(async () => {
  for (const name of processes) await story.stack.start(name);
  await askLocalVision(story.stack);
});

test('exits with 0 within 15 s on SIGTERM to each process under load, ends every photo once and repeats nothing', async () => {
  const { stack } = story;
  const user = story.newUser();
  const recorder = await recordExchanges(Object.values(exchanges));
  const gateways = [stack.url('graph-gateway')];
  const load = await startSteadyLoad({ user, gateways, perSecond: 5, photo: await samplePhoto() });
  try {
    const ends: Record<string, string | null | undefined> = {};
    const late: string[] = [];
    for (const name of processes) {
      await pause(1_000); // let it have something in hand
      const signalledAt = Date.now();
      await stack.stop(name);
      if (Date.now() - signalledAt > stopWithinMs) late.push(name);
      ends[name] = (await stack.services()).find((service) => service.name === name)?.lastEnd;
      await stack.start(name);
    }
    expect(ends).toEqual(Object.fromEntries(processes.map((name) => [name, 'exit code 0'])));
    expect(late).toEqual([]);

    await load.finish();
    await load.untilAllReceived();
    const accepted = load.sent.map(({ correlationId }) => correlationId ?? '');
    expect(load.received.map(({ correlationId }) => correlationId).sort()).toEqual(accepted.sort());
    expect(await countRuns(stack, await user.token())).toBe(accepted.length);
    for (const exchange of Object.values(exchanges))
      for (const id of accepted) {
        const events = recorder
          .about(id)
          .filter((message) => message.exchange === exchange)
          .map(({ messageId }) => messageId);
        // A run that was signalled in the middle of its last task announces its end again, same id.
        const counted = announced.has(exchange) ? [...new Set(events)] : events;
        expect([exchange, counted]).toEqual([exchange, [expect.stringContaining(id)]]);
      }
  } finally {
    await load.close();
    await recorder.stop();
  }
}, 240_000);
