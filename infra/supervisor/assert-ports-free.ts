import { createServer } from 'node:net';
import { UserError } from '../user-error.ts';

/**
 * @param wanted names and numbers of the ports that are about to be used.
 * @throws {UserError} naming every port that is taken.
 */
export async function assertPortsFree(
  wanted: readonly { name: string; port: number }[],
): Promise<void> {
  const answers = await Promise.all(wanted.map(({ port }) => isTaken(port)));
  const taken = wanted.filter((_, index) => answers[index]);
  if (taken.length === 0) return;
  const lines = taken.map(({ name, port }) => `port ${port} (${name}) is taken`);
  const [first] = taken;
  throw new UserError(
    `${lines.join(';\n')}.\nStop what listens there (\`lsof -i :${first?.port ?? 0}\` shows it), then try again.`,
  );
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(false);
      });
    });
  });
}
