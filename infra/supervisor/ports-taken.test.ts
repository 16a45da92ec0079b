import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { demandFreePorts } from './ports-taken.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listenSomewhere(host: string): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

test.each(['127.0.0.1', '0.0.0.0', '::'])(
  'a port taken on %s is named, with who has it',
  async (host) => {
    const port = await listenSomewhere(host);
    await expect(demandFreePorts([{ name: 'kafka', port }])).rejects.toMatchObject({
      code: 'CANNOT_DO',
      message: expect.stringMatching(
        new RegExp(`^port ${port} \\(kafka\\) is taken by process ${process.pid} \\(.+\\)`),
      ),
    });
  },
);

test('all taken ports are named at once, free ones are not', async () => {
  const [first, second] = [await listenSomewhere('127.0.0.1'), await listenSomewhere('127.0.0.1')];
  const wanted = [
    { name: 'minio', port: first },
    { name: 'temporal', port: second },
  ];
  await expect(demandFreePorts(wanted)).rejects.toThrow(
    new RegExp(`port ${first} \\(minio\\)[^]*port ${second} \\(temporal\\)`),
  );
  for (const server of open.splice(0)) await new Promise((done) => server.close(done));
  await expect(demandFreePorts(wanted)).resolves.toBeUndefined();
});
