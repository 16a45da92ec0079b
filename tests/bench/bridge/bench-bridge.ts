// The bridge alone between the real brokers: its rate, processor time and memory by records in flight,
// beside a naive bridge in the same run, how it scales by instances, and the delay that it adds.
import { freshTestStack } from '../../support/fresh-test-stack.ts';
import { createLauncher } from '../../../infra/supervisor/launcher.ts';
import { rabbitmqUrl } from '../../../infra/stack/environment.ts';
import { serversOf } from '../../../infra/system.ts';
import { printTable, ratio, spreadOf } from '../../support/measure/figures.ts';
import { benchDelay } from './bench-delay.ts';
import { benchInstances } from './bench-instances.ts';
import {
  bodyBytes,
  bridgeOf,
  naiveBridge,
  openBench,
  type Bench,
  type Bridge,
  type Rate,
} from './open-bench.ts';

const records = 40_000;
/** Each bridge is measured so often, in turn: rates vary between runs, the median counts. */
const rounds = 3;

const bridges: Readonly<Record<string, Bridge>> = {
  'naive: no confirms': naiveBridge,
  '63 in flight': bridgeOf(63),
  '300 in flight': bridgeOf(300),
  '1000 in flight': bridgeOf(1_000),
};

export async function benchBridge(): Promise<void> {
  const stack = await freshTestStack('native');
  const needed = ['epmd', 'rabbitmq', 'kafka'];
  const services = serversOf(stack, 'native').filter(({ name }) => needed.includes(name));
  const launcher = await createLauncher({ stack, services, ownPorts: [], log: console.log });
  try {
    await Promise.all(services.map(({ name }) => launcher.startService(name, () => undefined)));
    const servers = {
      KAFKA_BROKERS: `127.0.0.1:${stack.ports.kafka}`,
      RABBITMQ_URL: rabbitmqUrl(stack),
    };
    const bench = await openBench(servers);
    await benchRates(bench);
    await benchInstances(bench, servers.RABBITMQ_URL);
    await benchDelay(bench);
    await bench.close();
  } finally {
    await launcher.down();
  }
}

async function benchRates(bench: Bench): Promise<void> {
  const measured = Object.entries(bridges).map(([name, bridge]) => ({
    name,
    bridge,
    rates: [] as Rate[],
  }));
  for (let round = 0; round < rounds; round += 1)
    for (const { bridge, rates } of measured) {
      const arrow = await bench.newArrow();
      await bench.fill(arrow, records);
      rates.push(await bench.rateOf(arrow, records, () => [bench.startBridge(bridge, arrow)]));
    }
  const medians = measured.map(({ name, rates }) => ({
    name,
    perSecond: spreadOf(rates.map(({ perSecond }) => perSecond)).p50,
    processor: spreadOf(rates.map(({ processorMicroseconds: used }) => used)).p50,
    peakMegabytes: Math.max(...rates.map(({ peakMegabytes }) => peakMegabytes)),
  }));
  const naive = medians[0]?.perSecond ?? Number.NaN;
  printTable(
    `The bridge alone: ${records} records of ${bodyBytes} bytes that wait in Kafka, median of ${rounds} rounds\n` +
      '(aim: ratio >= 0.6 with 63 in flight, >= 0.82 with 300; memory <= 150 MB)',
    ['bridge', 'messages/s', 'ratio', 'processor time', 'peak memory'],
    medians.map(({ name, perSecond, processor, peakMegabytes }) => [
      name,
      perSecond.toFixed(0),
      ratio(perSecond / naive),
      `${processor.toFixed(0)} us`,
      `${peakMegabytes.toFixed(0)} MB`,
    ]),
  );
}
