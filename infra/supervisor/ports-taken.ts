import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { CannotDo } from '../cannot-do.ts';

/**
 * @param wanted names and numbers of the ports that are about to be used.
 * @throws {CannotDo} naming every port that is taken, and by whom as far as the system tells.
 */
export async function demandFreePorts(
  wanted: readonly { name: string; port: number }[],
): Promise<void> {
  const taken: string[] = [];
  for (const { name, port } of wanted) {
    if (!(await isTaken(port))) continue;
    taken.push(`port ${port} (${name}) is taken by ${holderOf(port) ?? 'an unknown process'}`);
  }
  if (taken.length > 0) throw new CannotDo(`${taken.join(';\n')}.\nStop it, then try again.`);
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

/** `process 4711 (java -Xmx512m ...)`, or undefined when the system does not tell. */
export function holderOf(port: number): string | undefined {
  const pid = process.platform === 'linux' ? pidFromProc(port) : pidFromLsof(port);
  if (pid === undefined) return undefined;
  return `process ${pid} (${commandOf(pid).slice(0, 80)})`;
}

function pidFromProc(port: number): string | undefined {
  const listening = '0A';
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => linesOf(file))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === listening)
      .map((fields) => `socket:[${fields[9] ?? ''}]`),
  );
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.find((pid) => openFilesOf(pid).some((target) => sockets.has(target)));
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // no IPv6 here
  }
}

function openFilesOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((fd) => targetOf(`${folder}/${fd}`));
  } catch {
    return []; // another user's process, or one that just ended
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // closed meanwhile
  }
}

function pidFromLsof(port: number): string | undefined {
  try {
    const answer = execFileSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], {
      encoding: 'utf8',
    });
    return answer.trim().split('\n')[0];
  } catch {
    return undefined; // not installed, or not allowed to tell
  }
}

function commandOf(pid: string): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'command=', '-p', pid], { encoding: 'utf8' }).trim();
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return 'ended meanwhile';
  }
}
