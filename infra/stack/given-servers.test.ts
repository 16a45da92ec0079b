import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { assertGivenServers, placesOf } from './given-servers.ts';

const variables = ['KAFKA_BROKERS', 'RABBITMQ_URL'] as const;
afterEach(() => {
  for (const name of variables) Reflect.deleteProperty(process.env, name);
});

test('refuses a server that does not answer, by the name of its variable and without its password', async () => {
  process.env['KAFKA_BROKERS'] = '127.0.0.1:1';
  process.env['RABBITMQ_URL'] = 'amqp://user:hidden@127.0.0.1:2';
  const lines: string[] = [];
  const refused = await assertGivenServers({ name: 'dev' }, (line) => lines.push(line)).catch(
    (error: unknown) => (error as Error).message,
  );
  expect(refused).toContain('KAFKA_BROKERS: no server answers at 127.0.0.1:1');
  expect(refused).toContain('unset RABBITMQ_URL');
  expect(`${refused ?? ''} ${lines.join(' ')}`).not.toContain('hidden');
});

test('takes a list of which one answers, and says that none is started here', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.env['KAFKA_BROKERS'] = `127.0.0.1:1, 127.0.0.1:${port}`;
  const lines: string[] = [];
  await assertGivenServers({ name: 'dev' }, (line) => lines.push(line));
  server.close();
  expect(lines).toEqual([expect.stringContaining('KAFKA_BROKERS is set')]);
});

test('asks for nothing in the stack of the tests', async () => {
  process.env['KAFKA_BROKERS'] = '127.0.0.1:1';
  await expect(assertGivenServers({ name: 'test' }, () => undefined)).resolves.toBeUndefined();
});

test.each([
  ['https://store.example/', [{ host: 'store.example', port: 443 }]],
  ['amqp://u:p@mq', [{ host: 'mq', port: 5672 }]],
  ['postgresql://u:p@db/register', [{ host: 'db', port: 5432 }]],
  ['[::1]:7233', [{ host: '::1', port: 7233 }]],
  ['nonsense', []],
])('reads the place of %s', (value, places) => {
  expect(placesOf(value)).toEqual(places);
});
