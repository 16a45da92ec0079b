// What a restart costs behind a past: whoever reads a stream, a topic or a database from its beginning.
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '../../../infra/stack/service.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { printTable } from '../../support/measure/figures.ts';
import { memoryOf, processorSeconds } from '../../support/measure/processes.ts';

const restarted = [
  ['svc-analysis-orchestrator', {}],
  ['graph-gateway', { MUTATIONS_PER_MINUTE: '1000000' }],
  ['svc-messaging-bridge', {}],
  ['retention-worker', {}],
  ['tu-register-service', {}],
] as const satisfies readonly (readonly [ServiceName, Readonly<Record<string, string>>])[];
const settleMs = 5_000; // what is read behind readiness counts too

export interface Start {
  readonly past: number;
  readonly name: ServiceName;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly megabytes: number;
}

export async function measureStarts(stack: StackControl, past: number): Promise<Start[]> {
  const starts: Start[] = [];
  for (const [name, environment] of restarted) {
    const began = Date.now();
    await stack.restart(name, environment);
    const seconds = (Date.now() - began) / 1_000;
    await pause(settleMs);
    const { pid } = (await stack.services()).find((service) => service.name === name) ?? {};
    const used = processorSeconds(pid ?? 0);
    starts.push({
      past,
      name,
      seconds,
      processorSeconds: used,
      megabytes: memoryOf(pid ?? 0).peakMegabytes,
    });
  }
  return starts;
}

export function printStarts(starts: readonly Start[]): void {
  printTable(
    `Restarts: until ready, and what was used ${settleMs / 1_000} s later`,
    ['process', 'past analyses', 'seconds', 'processor', 'most memory'],
    restarted.flatMap(([name]) =>
      starts
        .filter((start) => start.name === name)
        .map(({ past, seconds, processorSeconds: used, megabytes }) => [
          name,
          String(past),
          seconds.toFixed(1),
          `${used.toFixed(1)} s`,
          `${megabytes.toFixed(0)} MB`,
        ]),
    ),
  );
}
