// What the bridge adds: from the producer's send to the consumer of the queue, at a steady flow.
import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { milliseconds, printTable, spreadOf } from '../../support/measure/figures.ts';
import { bridgeOf, kill, recordOf, type Bench } from './open-bench.ts';

const perSecond = 100;
const wanted = perSecond * 20;

export async function benchDelay(bench: Bench): Promise<void> {
  const { p50, p95, count } = spreadOf(await delaysOf(bench));
  printTable(
    `From the producer's send to the consumer of the queue, at ${perSecond} messages a second, 300 in flight`,
    ['p50', 'p95', 'messages'],
    [[milliseconds(p50), milliseconds(p95), String(count)]],
  );
}

async function delaysOf({ channel, producer, ...bench }: Bench): Promise<number[]> {
  const arrow = await bench.newArrow();
  const running = bench.startBridge(bridgeOf(300), arrow);
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const all = Promise.withResolvers<undefined>();
  const take = (message: ConsumeMessage | null) => {
    const at = sentAt.get(String(message?.properties.messageId));
    if (at !== undefined) delays.push(performance.now() - at);
    if (delays.length === wanted) all.resolve(undefined);
  };
  await channel.consume(arrow.places.queue, take, { noAck: true });
  await bench.groupOf(arrow, 1);
  for (let index = 0; index < wanted; index += 1) {
    const record = recordOf(index);
    sentAt.set(record.headers.ce_id, performance.now());
    producer.send({ topic: arrow.topic.topic, messages: [record] }).catch(all.reject);
    await pause(1_000 / perSecond);
  }
  await all.promise;
  await kill(running);
  return delays;
}
