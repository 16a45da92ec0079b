import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Report } from './run-tool.ts';

/** Runs `work` while no other process of this machine does so under the same name. */
export async function oneAtATime(
  name: string,
  report: Report,
  work: () => Promise<void>,
  waiting = 'another run installs this already; waiting for it',
) {
  let held = await takeName(name);
  while (held === undefined) {
    report(waiting);
    await pause(500);
    held = await takeName(name);
  }
  try {
    await work();
  } finally {
    held.close();
  }
}

/** Undefined while another process has the name. */
function takeName(name: string): Promise<Server | undefined> {
  // A socket in Linux's abstract namespace (names of at most 107 bytes): the kernel frees it when
  // its owner dies, so there is no stale lock.
  const short = createHash('sha256').update(name).digest('hex');
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(`\0trackunit-analysis:${short}`, () => {
      resolve(server);
    });
  });
}
