// Containers or native packages? Docker Compose where an engine of this machine answers, else native.
import { settings } from '../../contracts/settings.ts';
import { UserError } from '../host/user-error.ts';
import { isThere } from '../host/run-tool.ts';
import type { Runtime } from '../stack/stack.ts';
import { docker } from './docker.ts';

/**
 * Takes what `SERVERS` asks for, else what answers, and logs in one line which and why.
 *
 * @throws {UserError} `SERVERS` is neither of the two, or asks for an engine that does not answer.
 */
export async function chooseRuntime(
  log: (line: string) => void,
  withinMs = 5_000,
): Promise<Runtime> {
  const requested = requestedRuntime();
  if (requested === 'native') {
    log('Servers: native packages, as SERVERS says.');
    return 'native';
  }
  const answer = await askDocker(withinMs);
  if ('reason' in answer) {
    if (requested === 'compose')
      throw new UserError(
        `SERVERS=compose needs Docker, but ${answer.reason}: fix that, or unset SERVERS to run native packages.`,
      );
    log(`Servers: native packages, because ${answer.reason}.`);
    return 'native';
  }
  const without = requested === undefined ? '; SERVERS=native runs native packages' : '';
  log(`Servers: containers (Docker ${answer.engine}, Compose ${answer.compose}${without}).`);
  return 'compose';
}

function requestedRuntime(): Runtime | undefined {
  const given = process.env['SERVERS'];
  if (given === undefined || given === '') return undefined;
  const requested = settings.SERVERS.schema.safeParse(given);
  if (requested.success) return requested.data;
  throw new UserError(
    `invalid SERVERS '${given}': compose or native; unset, the launcher chooses.`,
  );
}

/** The versions of engine and Compose, or why they cannot be used. Both are asked at once. */
async function askDocker(
  withinMs: number,
): Promise<{ engine: string; compose: string } | { reason: string }> {
  if (!isThere('docker')) return { reason: 'no docker command is on the PATH' };
  const [engine, compose, endpoint] = await Promise.all([
    ask(['version', '--format', '{{.Server.Version}}'], withinMs),
    ask(['compose', 'version'], withinMs),
    ask(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], withinMs),
  ]);
  if (!engine.ok) return { reason: `no Docker engine answers (${engine.output})` };
  if (!compose.ok) return { reason: `docker has no Compose (${compose.output})` };
  // Ports are published on the loopback of the engine's machine: it has to be this one.
  if (endpoint.ok && !isHere(endpoint.output))
    return { reason: `the Docker engine is on another machine (${endpoint.output})` };
  return { engine: engine.output, compose: compose.output.replace('Docker Compose version ', '') };
}

/** One line of what a docker command says; one that hangs is given up after the deadline. */
async function ask(
  args: readonly string[],
  withinMs: number,
): Promise<{ ok: boolean; output: string }> {
  const { failed, stdout, reason } = await docker(args, { timeoutMs: withinMs });
  return failed
    ? { ok: false, output: firstLine(reason) }
    : { ok: stdout !== '', output: firstLine(stdout) };
}

const firstLine = (text = '') => text.trim().split('\n')[0]?.replace(/\.$/, '') ?? '';

function isHere(endpoint: string): boolean {
  if (/^(unix|npipe|fd):/.test(endpoint)) return true;
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
