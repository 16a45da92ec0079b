// `npm run bench -- soak --minutes N`: a steady load for long, and whether anything grows.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cloneFolder } from '../../../infra/stack.ts';
import type { StackControl } from '../../../infra/stack-control.ts';
import { startSteadyLoad, unheard, type SteadyLoad } from '../../steady-load.ts';
import { sumMetric } from '../../stories/brokers.ts';
import { beginStory, samplePhoto } from '../../stories/story.ts';
import { printTable } from '../figures.ts';
import { drawChart, type Line } from './draw-chart.ts';
import { memoryOf, openFilesOf } from './sample-processes.ts';

const perSecond = 5;
const sampleEveryMs = 5_000;
const samplesPerLine = 12;
/** The part of the time that counts as warm-up: caches fill, code is compiled. */
const warmUp = 0.25;
/** Growth after the warm-up that is still noise. */
const allowedGrowth = 0.1;

interface Sample {
  readonly minutes: number;
  readonly parts: ReadonlyMap<string, { readonly megabytes: number; readonly files: number }>;
  /** Photos accepted whose end the client has not heard. */
  readonly underWay: number;
  /** Records that the bridge was behind at its last window. */
  readonly bridgeLag: number;
}

/** On the running stack `test`, whose adapter asks load-vision. */
export async function runSoak(stack: StackControl, minutes: number): Promise<void> {
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
  const whole = [...last.parts.values()].reduce((sum, { megabytes }) => sum + megabytes, 0);
  console.log(
    `${last.minutes.toFixed(0)} of ${minutes} min: ${load.sent.length} photos, ` +
      `${last.underWay} under way, ${whole.toFixed(0)} MB in all processes`,
  );
}

async function takeSample(stack: StackControl, load: SteadyLoad, minutes: number): Promise<Sample> {
  const running = (await stack.parts()).flatMap(({ name, pid }) =>
    pid === null ? [] : [[name, pid] as const],
  );
  const held = running.map(
    ([name, pid]) =>
      [name, { megabytes: memoryOf(pid).megabytes, files: openFilesOf(pid) }] as const,
  );
  return {
    minutes,
    parts: new Map(held),
    underWay: unheard(load.sent, load.heard).filter(({ acceptedAt }) => acceptedAt !== undefined)
      .length,
    bridgeLag: await sumMetric(stack.url('svc-messaging-bridge'), 'bridge_lag_records'),
  };
}

function printGrowth(samples: readonly Sample[], load: SteadyLoad): void {
  const warm = samples.slice(Math.floor(samples.length * warmUp));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [early, late] = [warm.slice(0, third), warm.slice(-third)];
  const growth = (of: (sample: Sample) => number) => {
    const [before, after] = [early, late].map(
      (some) => some.reduce((sum, sample) => sum + of(sample), 0) / some.length,
    ) as [number, number];
    return { before, after, share: (after - before) / before };
  };
  const rows = namesOf(samples).map((name) => {
    const memory = growth(({ parts }) => parts.get(name)?.megabytes ?? Number.NaN);
    const files = growth(({ parts }) => parts.get(name)?.files ?? Number.NaN);
    return [
      name,
      memory.before.toFixed(0),
      memory.after.toFixed(0),
      percent(memory.share),
      files.before.toFixed(0),
      files.after.toFixed(0),
      memory.share > allowedGrowth ? 'grows' : '',
    ];
  });
  printTable(
    `After the warm-up (the first ${percent(warmUp)} of the time): its first third against its last\n` +
      `(aim: no process grows by more than ${percent(allowedGrowth)})`,
    ['process', 'MB before', 'MB after', 'growth', 'files before', 'files after', ''],
    rows,
  );
  const behind = (of: (sample: Sample) => number) => String(Math.max(...samples.map(of)));
  printTable(
    'The flow',
    ['sent', 'accepted', 'heard', 'most under way', 'most records behind'],
    [
      [
        String(load.sent.length),
        String(load.sent.filter(({ acceptedAt }) => acceptedAt !== undefined).length),
        String(load.heard.length),
        behind(({ underWay }) => underWay),
        behind(({ bridgeLag }) => bridgeLag),
      ],
    ],
  );
}

function chartOf(samples: readonly Sample[], minutes: number): string {
  const linesOf = (field: 'megabytes' | 'files'): Line[] =>
    namesOf(samples).map((name) => ({
      name,
      values: samples.map(({ parts }) => parts.get(name)?.[field] ?? Number.NaN),
    }));
  return drawChart(
    `${minutes} minutes at ${perSecond} photos a second`,
    samples.map((sample) => sample.minutes),
    [
      { title: 'Resident memory, MB', lines: linesOf('megabytes') },
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
  ...new Set(samples.flatMap(({ parts }) => [...parts.keys()])),
];

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
