// How the rate grows with the instances of the bridge when each confirm takes longer: a topic has six
// partitions, and an instance has so many records in flight over those that it was assigned.
import { openProxy, targetOf, through } from '../../support/harness/proxy.ts';
import { printTable, ratio } from '../../support/measure/figures.ts';
import { bridgeOf, type Bench } from './open-bench.ts';

const instances = [1, 2, 3, 6];
const inFlight = 30;
const records = 12_000;
const addedMs = 20;

export async function benchInstances(bench: Bench, rabbitUrl: string): Promise<void> {
  const proxy = await openProxy(targetOf(rabbitUrl));
  const rates: { readonly count: number; readonly perSecond: number }[] = [];
  try {
    proxy.delay(addedMs / 2); // in both directions
    const bridge = bridgeOf(inFlight, { RABBITMQ_URL: through(proxy, rabbitUrl) });
    for (const count of instances) {
      const arrow = await bench.newArrow();
      const { perSecond } = await bench.rateOf(arrow, records, async () => {
        const running = Array.from({ length: count }, () => bench.startBridge(bridge, arrow));
        await bench.groupOf(arrow, count);
        await bench.fill(arrow, records);
        return running;
      });
      rates.push({ count, perSecond });
    }
  } finally {
    await proxy.close();
  }
  const one = rates[0]?.perSecond ?? Number.NaN;
  printTable(
    `The bridge with ${addedMs} ms added to each confirm, ${inFlight} in flight an instance, 6 partitions`,
    ['instances', 'messages/s', 'of one'],
    rates.map(({ count, perSecond }) => [
      String(count),
      perSecond.toFixed(0),
      ratio(perSecond / one),
    ]),
  );
}
