// Which queue an upload waits in, on a real RabbitMQ, in a virtual host of the test's own.
import amqplib from 'amqplib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  batchQueues,
  exchanges,
  orchestratorTopology,
  workQueueArguments,
  workQueues,
} from '../../../contracts/topology.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { connectRabbit, type RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import { logger, ownName, rabbitUrl, testStack } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { connected } from '../../support/messaging/rabbitmq.ts';
import { manageRabbit } from '../../support/messaging/rabbitmq-management.ts';

const host = ownName('priorities');
const url = new URL(`/${host}`, rabbitUrl).href;
const interactive = workQueues.imageUploaded.name;
let stack: StackControl;
let rabbit: RabbitConnection | undefined;
beforeAll(async () => {
  stack = await testStack();
  await manageRabbit(stack, 'PUT', `/vhosts/${host}`, {});
});
afterEach(() => rabbit?.close());
afterAll(() => manageRabbit(stack, 'DELETE', `/vhosts/${host}`));

async function connect(): Promise<RabbitConnection> {
  rabbit = connectRabbit({ url, name: 'priorities', topology: orchestratorTopology, logger });
  await connected(rabbit);
  return rabbit;
}

const upload = (to: RabbitConnection, marks: Record<string, string>) =>
  to.publish({
    exchange: exchanges.imageUploaded,
    messageId: ownName('upload'),
    type: 'tu.image.uploaded',
    headers: marks,
    body: Buffer.from('{}'),
  });

async function waiting(where: RabbitConnection): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const queue of [interactive, ...batchQueues.map(({ name }) => name)]) {
    const count = await where.countMessages(queue);
    if (count > 0) counts[queue] = count;
  }
  return counts;
}

test('an upload waits in the batch queue that its marks name, any other in the work queue', async () => {
  const to = await connect();
  await upload(to, {});
  await upload(to, { cloudEvents_priority: 'interactive' });
  await upload(to, { cloudEvents_priority: 'batch', cloudEvents_batchqueue: '3' });
  await upload(to, { cloudEvents_priority: 'batch', cloudEvents_batchqueue: '7' });
  await upload(to, { cloudEvents_priority: 'batch', cloudEvents_batchqueue: '8' }); // of a later version
  await upload(to, { cloudEvents_priority: 'batch' });
  await upload(to, { cloudEvents_priority: 'urgent', cloudEvents_batchqueue: '3' });
  await eventually(async () =>
    expect(await waiting(to)).toEqual({
      [interactive]: 5,
      [`${interactive}.batch-3`]: 1,
      [`${interactive}.batch-7`]: 1,
    }),
  );
});

test('the binding of earlier versions is gone after a connect: a batch waits in one queue only', async () => {
  const before = await amqplib.connect(url);
  const channel = await before.createChannel();
  await channel.deleteQueue(interactive);
  await channel.assertExchange(exchanges.imageUploaded, 'fanout');
  await channel.assertQueue(interactive, {
    arguments: { ...workQueueArguments, 'x-dead-letter-routing-key': interactive },
  });
  await channel.bindQueue(interactive, exchanges.imageUploaded, '');
  await before.close();

  const to = await connect();
  await upload(to, { cloudEvents_priority: 'batch', cloudEvents_batchqueue: '0' });
  await eventually(async () =>
    expect(await waiting(to)).toMatchObject({ [`${interactive}.batch-0`]: 1 }),
  );
  expect(await waiting(to)).not.toHaveProperty([interactive]);
});
