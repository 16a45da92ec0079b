import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { assertPortsFree } from './preflight.ts';

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

test.each(['127.0.0.1', '0.0.0.0', '::'])('names a port that is taken on %s', async (host) => {
  const port = await listenSomewhere(host);
  await expect(assertPortsFree([{ name: 'kafka', port }])).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(
      new RegExp(`^port ${port} \\(kafka\\) is taken[^]*lsof -i :${port}`),
    ),
  });
});

test('names all taken ports at once, and no free one', async () => {
  const [first, second] = [await listenSomewhere('127.0.0.1'), await listenSomewhere('127.0.0.1')];
  const wanted = [
    { name: 'minio', port: first },
    { name: 'temporal', port: second },
  ];
  await expect(assertPortsFree(wanted)).rejects.toThrow(
    new RegExp(`port ${first} \\(minio\\)[^]*port ${second} \\(temporal\\)`),
  );
  for (const server of open.splice(0)) await new Promise((done) => server.close(done));
  await expect(assertPortsFree(wanted)).resolves.toBeUndefined();
});
