// For tests: stands in for the docker command where no engine is. A container of it is a process that
// answers on the server's port and outlives the command that follows it, as an engine's container does.
// In: `node docker-stand-in.ts <state folder> <arguments of docker>`. Out: what docker would say.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTimeOf } from '../../../infra/supervisor/process-list.ts';

const [folder = '', ...args] = process.argv.slice(2);
const last = args.at(-1) ?? '';
const verb = args[0] === 'compose' ? composeVerb() : (args[0] ?? '');
appendFileSync(join(folder, 'calls'), `${JSON.stringify(args)}\n`);

await fail();
switch (verb) {
  case 'version':
    console.log('28.2.2');
    break;
  case 'compose version':
    console.log('Docker Compose version v2.40.3');
    break;
  case 'volume': // the filter is name=^...$
    if (existsSync(join(folder, last.replace(/^name=\^|\$$/g, '')))) console.log(last);
    break;
  case 'context':
    console.log(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
    break;
  case 'compose up':
    up();
    break;
  case 'stop':
    await end('SIGTERM');
    break;
  case 'rm':
    await end('SIGKILL');
    break;
  case 'kill':
    signal('SIGKILL');
    break;
  case 'pause':
    signal('SIGSTOP');
    break;
  case 'unpause':
    signal('SIGCONT');
}

function composeVerb(): string {
  const known = ['version', 'pull', 'up', 'down'];
  return `compose ${args.find((arg) => known.includes(arg)) ?? ''}`;
}

/** A file with the verb's name holds what goes wrong: `hang`, or the words on stderr. */
async function fail(): Promise<void> {
  const file = join(folder, verb);
  if (!existsSync(file)) return;
  const fault = readFileSync(file, 'utf8');
  process.on('SIGTERM', () => undefined); // what hangs does not listen either
  if (fault === 'hang') await pause(600_000);
  console.error(fault);
  process.exit(1);
}

/** Attached: ends as the container does. A signal ends only this command, the worst that can be. */
function up(): void {
  const project = args[args.indexOf('--project-name') + 1] ?? '';
  const variable = `${last.toUpperCase()}_PORT`;
  writeFileSync(join(folder, 'environment'), JSON.stringify(process.env));
  const server = `require('http').createServer((q, s) => s.end())
    .listen(${process.env[variable] ?? '0'}, '127.0.0.1');
    process.on('SIGTERM', () => process.exit(0));`;
  const container = spawn(process.execPath, ['-e', server], { detached: true, stdio: 'ignore' });
  writeFileSync(join(folder, `${project}-${last}-1.container`), String(container.pid));
  console.log(`${last} is up`);
  container.once('exit', (code) => process.exit(code ?? 137));
}

function signal(name: NodeJS.Signals): void {
  process.kill(pidOfContainer(), name);
}

async function end(how: NodeJS.Signals): Promise<void> {
  const pid = pidOfContainer();
  process.kill(pid, 'SIGCONT');
  process.kill(pid, how);
  while (startTimeOf(pid) !== undefined) await pause(20);
  if (verb === 'rm') rmSync(join(folder, `${last}.container`), { force: true });
}

function pidOfContainer(): number {
  const file = join(folder, `${last}.container`);
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (pid > 0 && startTimeOf(pid) !== undefined) return pid;
  console.error(`Error response from daemon: No such container: ${last}`);
  process.exit(1);
}
