// What platform/rabbitmq/rabbitmq.ts does with users, passwords and virtual hosts, on a real RabbitMQ.
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { cleanUpRabbit, connected, ownPlaces, rabbitOf } from '../../support/messaging/rabbitmq.ts';
import { ownName, rabbitUrl, testStack } from '../../support/harness/environment.ts';
import { manageRabbit } from '../../support/messaging/rabbitmq-management.ts';
import { eventually } from '../../support/harness/eventually.ts';

let stack: StackControl;
const made: string[] = [];

beforeAll(async () => {
  stack = await testStack();
});
afterEach(async () => {
  await cleanUpRabbit();
  for (const path of made.splice(0)) await manageRabbit(stack, 'DELETE', path);
});

async function make(path: string, body: object) {
  await manageRabbit(stack, 'PUT', path, body);
  made.unshift(path);
}

const setPassword = (user: string, password: string) =>
  manageRabbit(stack, 'PUT', `/users/${encodeURIComponent(user)}`, { password, tags: '' });

async function addUser(password: string, user = ownName('user')): Promise<string> {
  const path = encodeURIComponent(user);
  await make(`/users/${path}`, { password, tags: '' });
  const everything = { configure: '.*', write: '.*', read: '.*' };
  await manageRabbit(stack, 'PUT', `/permissions/%2F/${path}`, everything);
  return user;
}

const addressOf = (user: string, password: string, virtualHost = '') =>
  `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${new URL(rabbitUrl).host}${virtualHost}`;

test('connects with any letter in a password or a user name', async () => {
  for (const password of ['p@ss/w#rd:?', 'grün', 'пароль', '密码🔑', '100%', 'a+b c'])
    await connected(
      rabbitOf(ownPlaces().topology, { url: addressOf(await addUser(password), password) }),
    );
  const user = await addUser('a-password', ownName('Jürgen@Müller'));
  await connected(rabbitOf(ownPlaces().topology, { url: addressOf(user, 'a-password') }));
});

test('says at once that a wrong password is refused, and connects when it counts', async () => {
  const user = await addUser('the password of before');
  const rabbit = rabbitOf(ownPlaces().topology, { url: addressOf(user, 'the new password') });
  await eventually(() => rabbit.state === 'login refused', { within: 3_000 });
  await expect(rabbit.declare()).rejects.toThrow('RabbitMQ refuses the login');
  await setPassword(user, 'the new password');
  await connected(rabbit);
});

test('says at once that a virtual host is refused: an unknown one, and one without a right to it', async () => {
  const user = await addUser('a-password');
  const forbidden = ownName('host');
  await make(`/vhosts/${forbidden}`, {});
  for (const name of [forbidden, 'unknown']) {
    const url = addressOf(user, 'a-password', `/${name}`);
    const rabbit = rabbitOf(ownPlaces().topology, { url });
    await eventually(() => rabbit.state === 'login refused', { within: 3_000 });
    await rabbit.close();
  }
});
