import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildWorkflowBundle } from '../../infra/bundle.ts';
import { freePort } from '../support/free-port.ts';
import { openNamespace } from '../support/analysis-world.ts';
import { eventually } from '../support/eventually.ts';

const internalToken = 'a token of the tests';

/** A door to the real Temporal that can be shut and opened on one port. */
async function openDoor(address: string) {
  const [host = '', port = ''] = address.split(':');
  const sockets = new Set<Socket>();
  const pass = (socket: Socket) => {
    const onward = connect(Number(port), host);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => undefined); // cut on purpose
      end.on('close', () => {
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  };
  let server: Server;
  const open = async (at: number) => {
    server = createServer(pass).listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const shut = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const doorPort = await open(0);
  return { port: doorPort, open: () => open(doorPort), shut };
}

const processes: ChildProcess[] = [];
afterAll(() => {
  for (const child of processes) child.kill('SIGKILL');
});

let door: Awaited<ReturnType<typeof openDoor>>;
let namespace: string;
const bundle = join(tmpdir(), `workflows-${process.pid}.js`);
beforeAll(async () => {
  const own = await openNamespace();
  namespace = own.namespace;
  door = await openDoor(own.address);
  await buildWorkflowBundle(bundle);
});
afterAll(() => door.shut());

async function start(folder: string) {
  const port = await freePort();
  const child = spawn(process.execPath, [`${folder}/main.ts`], {
    stdio: 'ignore',
    env: {
      PORT: String(port),
      INTERNAL_TOKEN: internalToken,
      TEMPORAL_ADDRESS: `127.0.0.1:${door.port}`,
      TEMPORAL_NAMESPACE: namespace,
      RABBITMQ_URL: `amqp://127.0.0.1:${await freePort()}`, // nobody there
      WORKFLOW_BUNDLE: bundle,
    },
  });
  processes.push(child);
  const health = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, ...((await answer.json()) as { checks: object }) };
  };
  const api = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      headers: {
        authorization: `Bearer ${internalToken}`,
        'trackunit-owner': '5d41402abc4b2a76b9719d911017c592',
      },
    });
  return { child, health, api };
}

test.each(['workers/orchestrator', 'workers/recognition'])(
  '%s starts without its servers, names them, finds Temporal when it comes, and stops on SIGTERM without it',
  async (folder) => {
    await door.shut();
    const { child, health, api } = await start(folder);
    await eventually(async () => {
      expect((await health('/livez')).status).toBe(200);
    });
    const without = await health('/readyz');
    expect(without.status).toBe(200); // a server that is away is named, not failed
    expect(without.checks).toMatchObject({
      temporal: expect.stringMatching(/no answer/),
    });
    if (folder === 'workers/orchestrator') {
      expect(without.checks).toMatchObject({ rabbitmq: 'away' });
      const answer = await api('/v1/analyses/019a53c4-7c10-7d3a-9a52-1f0c3a7be001');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    }

    const temporalIs = (words: RegExp) =>
      eventually(
        async () => {
          const { checks } = await health('/readyz');
          expect(checks).toMatchObject({ temporal: expect.stringMatching(words) });
        },
        { within: 30_000 },
      );
    await door.open();
    await temporalIs(/^ok$/);
    await door.shut();
    await temporalIs(/no answer/);
    expect((await health('/livez')).status).toBe(200);

    const left = once(child, 'exit');
    child.kill('SIGTERM'); // with nobody to say goodbye to
    expect(await left).toEqual([0, null]);
    await door.open();
  },
);
