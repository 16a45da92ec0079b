// When platform/rabbitmq/rabbitmq-link.ts connects again, on a real RabbitMQ.
import { expect, test } from '@jest/globals';
import { keepConnected } from '../../../platform/rabbitmq/rabbitmq-link.ts';
import { openProxy, targetOf, through } from '../../support/harness/proxy.ts';
import { logger, ownName, rabbitUrl } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';

test('connects again when the connection is lost while its set-up waits for an answer', async () => {
  const proxy = await openProxy(targetOf(rabbitUrl));
  let setUps = 0;
  const link = keepConnected({
    url: through(proxy, rabbitUrl),
    name: ownName('link'),
    logger,
    setUp() {
      setUps += 1;
      if (setUps > 1) return Promise.resolve();
      proxy.disconnect();
      return new Promise(() => undefined); // as a question that amqplib leaves open
    },
  });
  try {
    await eventually(() => link.model !== undefined, { within: 5_000 });
    expect(setUps).toBe(2);
  } finally {
    await link.close();
    await proxy.close();
  }
});
