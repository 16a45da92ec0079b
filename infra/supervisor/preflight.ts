// What is looked at before anything is installed or started: tools and ports.
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { isThere, missingTool, type Tool } from '../host/run-tool.ts';
import type { Service } from '../stack/service.ts';
import { UserError } from '../host/user-error.ts';

/**
 * Before anything is started or installed: is everything there that will be needed? What is
 * installed already needs no installer.
 *
 * @throws {UserError} with one sentence for each thing that is missing.
 */
export async function assertTools(services: readonly Service[]): Promise<void> {
  const missing = new Set<string>();
  const addMissing = (tools: readonly Tool[] = []) => {
    for (const tool of tools) if (!isThere(tool.command)) missing.add(missingTool(tool));
  };
  for (const { tools, install } of services) {
    addMissing(tools);
    if (install === undefined || install.installed()) continue;
    addMissing(install.tools);
    await install.possible?.().catch((error: unknown) => missing.add((error as Error).message));
  }
  if (missing.size > 0) throw new UserError([...missing].join('\n'));
}

const neededMegabytes = 100; // below 50 RabbitMQ takes no messages

/** @throws {UserError} the disk of the stack's data is almost full. */
export async function assertFreeDisk(folder: string, needed = neededMegabytes): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / 1_000_000);
  if (free < needed)
    throw new UserError(
      `almost no disk left for ${folder}: ${free} MB free, ${needed} MB needed; free some space, then try again.`,
    );
}

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

async function isTaken(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return true;
    throw error;
  }
}

/** A port on loopback that nobody listens on. */
export const freePort = (): Promise<number> => listenOnce(0);

/** @returns the port, which is free again. */
async function listenOnce(wanted: number): Promise<number> {
  const server = createServer().listen({ port: wanted, host: '127.0.0.1', exclusive: true });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
