// What whoever reaches for a launcher is answered: by one that runs, hangs, is another clone's, or by nobody.
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { connectStack, fetchStackReport } from './control-client.ts';
import { serveControlApi } from './control-api.ts';
import { createLauncher } from './launcher.ts';
import { freePort } from './preflight.ts';
import type { Service } from '../stack/service.ts';
import { openStack, type Stack } from '../stack/stack.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function trialStack(): Promise<Stack> {
  const stack = openStack('test', mkdtempSync(join(tmpdir(), 'control ')));
  const ports = { ...stack.ports, control: await freePort(), 'graph-gateway': await freePort() };
  return { ...stack, ports };
}

const broken: Service = {
  name: 'graph-gateway',
  role: 'process',
  needs: [],
  ports: ['graph-gateway'],
  url: () => 'http://127.0.0.1:1',
  prepare: (stack) => ({ command: '/no/such/command', args: [], cwd: stack.folder, env: {} }),
  ready: () => Promise.reject(new Error('not yet')),
};

async function launch(stack: Stack, service = broken): Promise<void> {
  const log = () => undefined;
  const launcher = await createLauncher({ stack, services: [service], ownPorts: [], log });
  const server = await serveControlApi(launcher);
  ends.push(
    () => server.stop(),
    () => launcher.down(),
  );
}

/** Something else on the port of the control API. */
async function occupy(stack: Stack, status: number | undefined): Promise<void> {
  const server = createServer((_request, response) => {
    if (status !== undefined) response.writeHead(status).end('<h1>a page</h1>');
  });
  await once(server.listen(stack.ports.control, '127.0.0.1'), 'listening');
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
}

/** Something on the port of the control API that speaks no HTTP. */
async function speak(stack: Stack, onConnection: (socket: Socket) => void): Promise<void> {
  const server = createSocketServer((socket) => socket.once('data', () => onConnection(socket)));
  await once(server.listen(stack.ports.control, '127.0.0.1'), 'listening');
  ends.push(() => server.close());
}

const userError = (message: RegExp) => ({
  code: 'USER_ERROR',
  message: expect.stringMatching(message),
});

test('a stack whose launcher nobody runs is not running', async () => {
  const stack = await trialStack();
  expect(await fetchStackReport(stack)).toBeUndefined();
  await expect(connectStack('test', stack)).rejects.toMatchObject(userError(/is not running/));
});

test("describes a launcher of another clone as one, not as 'not running'", async () => {
  const stack = await trialStack();
  await launch(stack);
  const secrets = { ...stack.secrets, CONTROL_TOKEN: 'of-another-clone' };
  await expect(fetchStackReport({ ...stack, secrets })).rejects.toMatchObject(
    userError(/refused the token in .*secrets\.json \(401\).* another clone.*Stop it/),
  );
});

test("describes a launcher that hangs as one, not as 'not running'", async () => {
  const stack = await trialStack();
  await occupy(stack, undefined);
  await expect(fetchStackReport(stack, 200)).rejects.toMatchObject(
    userError(/has not answered within 0\.2 s: it hangs or is suspended.*kill -CONT/),
  );
});

test('a wait that takes too long says what the service is in, and not that the launcher hangs', async () => {
  const stack = await trialStack();
  const slow: Service = {
    ...broken,
    start: (_stack, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  };
  await launch(stack, slow);
  const control = await connectStack('test', stack, 200);
  await expect(control.start('graph-gateway')).rejects.toMatchObject(
    userError(/^graph-gateway: start not finished within 0\.2 s, its state is 'starting'/),
  );
});

test('a wait for a launcher that begins to hang says so', async () => {
  const stack = await trialStack();
  await launch(stack);
  const control = await connectStack('test', stack, 200, 200);
  for (const end of ends.splice(0)) await end();
  await occupy(stack, undefined);
  await expect(control.ready('graph-gateway')).rejects.toMatchObject(
    userError(/has not answered within 0\.2 s: it hangs or is suspended/),
  );
});

test('a launcher that ends while it is asked is not running', async () => {
  const stack = await trialStack();
  await speak(stack, (socket) => socket.destroy());
  expect(await fetchStackReport(stack)).toBeUndefined();
});

test('a program on the port that speaks another protocol is named as the reason', async () => {
  const stack = await trialStack();
  await speak(stack, (socket) => socket.end('220 mail.test ESMTP\r\n'));
  await expect(fetchStackReport(stack)).rejects.toMatchObject(
    userError(
      /^Port \d+ does not answer as the launcher of stack test does \(.*HTTP.*another program/,
    ),
  );
});

test('describes another program on the port as one', async () => {
  const stack = await trialStack();
  await occupy(stack, 404);
  await expect(fetchStackReport(stack)).rejects.toMatchObject(
    userError(/answered 404, .*another program has the port/),
  );
});

test('a service that does not come up is a sentence for users, and no 404', async () => {
  const stack = await trialStack();
  await launch(stack);
  const control = await connectStack('test', stack);
  await expect(control.start('graph-gateway')).rejects.toMatchObject(
    userError(/graph-gateway: not started: .*ENOENT/),
  );
  await expect(control.kill('graph-gateway')).rejects.toMatchObject(
    userError(/not running: start/),
  );
  await expect(control.stop('kafka')).rejects.toMatchObject(userError(/unknown service 'kafka'/));
});

test.each([
  ['kafka', 'stop', {}, 404],
  ['graph-gateway', 'explode', {}, 400],
  ['graph-gateway', 'start', { environment: 'no record' }, 400],
  ['graph-gateway', 'kill', {}, 409],
  ['graph-gateway', 'start', {}, 500],
])('POST /services/%s/%s with %j is answered %d', async (name, action, options, status) => {
  const stack = await trialStack();
  await launch(stack);
  const answer = await fetch(`http://127.0.0.1:${stack.ports.control}/services/${name}/${action}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.secrets.CONTROL_TOKEN}` },
    body: JSON.stringify(options),
  });
  expect([answer.status, await answer.json()]).toEqual([
    status,
    expect.objectContaining({ message: expect.any(String) }),
  ]);
});
