// `npm run bench -- soak --minutes N`: a steady load for long, and whether anything grows.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessName } from '../../../contracts/processes.ts';
import { healthUrlOf } from '../../../infra/stack/ports.ts';
import { cloneFolder } from '../../../infra/stack/stack.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { startSteadyLoad, unreceived, type SteadyLoad } from '../../support/steady-load.ts';
import { sumMetric } from '../../support/harness/metrics.ts';
import { beginStory, samplePhoto } from '../../support/harness/users.ts';
import { percent, printTable } from '../../support/measure/figures.ts';
import { drawChart, type Line } from './draw-chart.ts';
import { memoryOf, openFilesOf } from '../../support/measure/processes.ts';

const perSecond = 5;
/** Short, so that the gateway forgets as much as it learns long before the end. */
const feedWindow = '2m';
const sampleEveryMs = 5_000;
const samplesPerLine = 12;
/** The part of the time that counts as warm-up: caches fill, code is compiled. */
const warmUp = 0.25;
/** Growth after the warm-up that is still noise. */
const allowedGrowth = 0.1;

interface Held {
  readonly megabytes: number;
  /** MB, of processes of ours. */
  readonly heap: number;
  readonly files: number;
}

interface Sample {
  readonly minutes: number;
  readonly processes: ReadonlyMap<string, Held>;
  /** Photos accepted whose end the client has not received. */
  readonly underWay: number;
  /** Records that the bridge was behind at its last window. */
  readonly bridgeLag: number;
}

/** On the running stack `test`, whose adapter asks load-vision. */
export async function runSoak(stack: StackControl, minutes: number): Promise<void> {
  await stack.restart('graph-gateway', { REPLAY_WINDOW: feedWindow });
  const user = (await beginStory()).newUser();
  const gateways = [stack.url('graph-gateway')];
  const load = await startSteadyLoad({ user, gateways, perSecond, photo: await samplePhoto() });
  const samples: Sample[] = [];
  const begun = Date.now();
  try {
    while (Date.now() - begun < minutes * 60_000) {
      await pause(sampleEveryMs);
      samples.push(await takeSample(stack, load, (Date.now() - begun) / 60_000));
      if (samples.length % samplesPerLine === 0) sayHowFar(samples, minutes, load);
    }
    await load.finish();
    await load.untilAllReceived();
  } finally {
    await load.close();
  }
  printGrowth(samples, load);
  const file = join(cloneFolder, '.data', 'soak.svg');
  writeFileSync(file, chartOf(samples, minutes));
  console.log(`\nThe same over time: ${file}`);
}

function sayHowFar(samples: readonly Sample[], minutes: number, load: SteadyLoad): void {
  const last = samples.at(-1);
  if (last === undefined) return;
  const whole = [...last.processes.values()].reduce((sum, { megabytes }) => sum + megabytes, 0);
  console.log(
    `${last.minutes.toFixed(0)} of ${minutes} min: ${load.sent.length} photos, ` +
      `${last.underWay} under way, ${whole.toFixed(0)} MB in all processes`,
  );
}

async function takeSample(stack: StackControl, load: SteadyLoad, minutes: number): Promise<Sample> {
  const running = (await stack.services()).filter(({ state }) => state === 'ready');
  const held = await Promise.all(
    running.map(async ({ name, pid, role }) => {
      const { megabytes } = memoryOf(pid ?? 0);
      const heap =
        role === 'process'
          ? await heapInUse(healthUrlOf(stack.stack, name as ProcessName))
          : Number.NaN;
      return [name, { megabytes, heap, files: openFilesOf(pid ?? 0) }] as const;
    }),
  );
  return {
    minutes,
    processes: new Map(held),
    underWay: unreceived(load.sent, load.received).filter(
      ({ acceptedAt }) => acceptedAt !== undefined,
    ).length,
    bridgeLag: await sumMetric(stack.url('svc-messaging-bridge'), 'bridge_lag_records'),
  };
}

/** What a Node process of ours has in use of its heap, garbage included, MB. */
async function heapInUse(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const [, bytes] = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(await answer.text()) ?? [];
  return Number(bytes) / 2 ** 20;
}

function printGrowth(samples: readonly Sample[], load: SteadyLoad): void {
  const warm = samples.slice(Math.floor(samples.length * warmUp));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [early, late] = [warm.slice(0, third), warm.slice(-third)];
  const growth = (field: keyof Held, measure: (values: number[]) => number) => (name: string) => {
    const [before, after] = [early, late].map((some) =>
      measure(some.map(({ processes }) => processes.get(name)?.[field] ?? Number.NaN)),
    ) as [number, number];
    return { before, after, share: (after - before) / before };
  };
  const residentOf = growth('megabytes', mean);
  const heapOf = growth('heap', (values) => Math.min(...values));
  const filesOf = growth('files', mean);
  const rows = namesOf(samples).map((name) => {
    const [resident, heap, files] = [residentOf(name), heapOf(name), filesOf(name)];
    const counts = Number.isFinite(heap.share) ? heap : resident;
    return [
      name,
      ...columnsOf(resident),
      percent(resident.share),
      ...columnsOf(heap),
      percent(heap.share),
      ...columnsOf(files),
      counts.share > allowedGrowth ? 'grows' : '',
    ];
  });
  printTable(
    `After the warm-up (the first ${percent(warmUp)} of the time): its first third against its last\n` +
      `(aim: no process grows by more than ${percent(allowedGrowth)}; of a process of ours counts its heap at its lowest,\n` +
      'behind a collection: V8 keeps garbage, and so resident memory, for as long as nothing presses)',
    ['process', 'MB', 'later', 'growth', 'heap', 'later', 'growth', 'files', 'later', ''],
    rows,
  );
  const behind = (of: (sample: Sample) => number) => String(Math.max(...samples.map(of)));
  printTable(
    'The flow',
    ['sent', 'accepted', 'received', 'most under way', 'most records behind'],
    [
      [
        String(load.sent.length),
        String(load.sent.filter(({ acceptedAt }) => acceptedAt !== undefined).length),
        String(load.received.length),
        behind(({ underWay }) => underWay),
        behind(({ bridgeLag }) => bridgeLag),
      ],
    ],
  );
}

function chartOf(samples: readonly Sample[], minutes: number): string {
  const linesOf = (field: keyof Held): Line[] =>
    namesOf(samples).map((name) => ({
      name,
      values: samples.map(({ processes }) => processes.get(name)?.[field] ?? Number.NaN),
    }));
  return drawChart(
    `${minutes} minutes at ${perSecond} photos a second`,
    samples.map((sample) => sample.minutes),
    [
      { title: 'Resident memory, MB', lines: linesOf('megabytes') },
      { title: 'Heap in use of our processes, MB, garbage included', lines: linesOf('heap') },
      { title: 'Open files and sockets', lines: linesOf('files') },
      {
        title: 'Under way',
        lines: [
          { name: 'photos', values: samples.map(({ underWay }) => underWay) },
          { name: 'records behind', values: samples.map(({ bridgeLag }) => bridgeLag) },
        ],
      },
    ],
  );
}

const namesOf = (samples: readonly Sample[]) => [
  ...new Set(samples.flatMap(({ processes }) => [...processes.keys()])),
];

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const columnsOf = ({ before, after }: { before: number; after: number }) =>
  [before, after].map((value) => (Number.isFinite(value) ? value.toFixed(0) : ''));
