import { beforeAll, describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { drawFleet, type FleetMachine } from '../support/drawings/fleet.ts';
import type { CompletedEvent } from '../../client/sdk/index.ts';
import { beginStory, deadline, readAll, type Story } from '../support/harness/users.ts';

const seed = 20261124;
const fleetMs = 240_000;

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

describe('a drawn fleet', () => {
  test(
    'recognises 18 of 20 drawn machines, and is never wrong and confident',
    async () => {
      const { client } = story.newUser();
      const limit = pLimit(4);
      const signal = deadline(fleetMs);
      const looked = await Promise.all(
        drawFleet(seed).map((machine) =>
          limit(async () => {
            const photo = await machine.render();
            const events = await readAll(client.analyze(photo, { filename: machine.name, signal }));
            return judge(machine, events.at(-1) as CompletedEvent);
          }),
        ),
      );
      const wrong = looked.filter(({ right }) => !right);
      expect(wrong.filter(({ confident }) => confident)).toEqual([]);
      expect(wrong.slice(2)).toEqual([]); // names them, where more than two are wrong
      expect(looked).toHaveLength(20);
    },
    fleetMs + 10_000,
  );
});

function judge(machine: FleetMachine, end: CompletedEvent) {
  const { brand, type, model } = end.recognition?.aggregate ?? {};
  const { truth } = machine;
  return {
    name: machine.name,
    said: [brand, type, model].join(' '),
    right: brand === truth.brand && type === truth.type && model === truth.model,
    confident: end.recognition?.aggregate.isConfident ?? false,
  };
}
