import { randomUUID } from 'node:crypto';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';

/** RabbitMQ's management API, as an operator calls it. @throws any status but 2xx. */
export async function manageRabbit(
  stack: StackControl,
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<Response> {
  const { RABBITMQ_USER, RABBITMQ_PASSWORD } = stack.stack.secrets;
  const login = Buffer.from(`${RABBITMQ_USER}:${RABBITMQ_PASSWORD}`).toString('base64');
  const answer = await fetch(`${stack.url('rabbitmq')}/api${path}`, {
    method,
    headers: { authorization: `Basic ${login}`, 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`);
  return answer;
}

/** A virtual host of the test's own: processes of the stack take nothing of it, nor we of theirs. */
export async function openVirtualHost(stack: StackControl, rabbitUrl: string) {
  const url = new URL(rabbitUrl);
  const name = `test-${randomUUID()}`;
  await manageRabbit(stack, 'PUT', `/vhosts/${name}`, {});
  const all = { configure: '.*', write: '.*', read: '.*' };
  await manageRabbit(stack, 'PUT', `/permissions/${name}/${url.username}`, all);
  url.pathname = name;
  return { url: url.href, close: () => manageRabbit(stack, 'DELETE', `/vhosts/${name}`) };
}
