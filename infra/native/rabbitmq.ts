// RabbitMQ as a private node from the Debian package: own names, ports and folders, no system service.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertRoot, installDebianPackage } from './install/debian-package.ts';
import type { Installation, Server } from '../stack/service.ts';
import { probeTcp } from '../host/probes.ts';
import { rememberDataFolder } from './moved-queues.ts';
import { rabbitmqUrl } from '../stack/environment.ts';
import type { Stack } from '../stack/stack.ts';

const binaries = '/usr/lib/rabbitmq/bin'; // /usr/sbin/rabbitmq* switch user and home when run as root

const installed = () => existsSync(join(binaries, 'rabbitmq-server'));

const install: Installation = {
  usually: '30 s',
  tools: [{ command: 'apt-get', remedy: 'without apt, run the servers in containers (README).' }],
  possible: () => assertRoot('rabbitmq-server'),
  installed,
  run: (report) => installDebianPackage('rabbitmq-server', installed, report),
};

const folderOf = (stack: Stack) => join(stack.folder, 'rabbitmq');
const dataFolder = (stack: Stack) => join(folderOf(stack), 'mnesia');

/** Erlang's name service. It would start by itself, outlive the node and listen on all addresses. */
export const epmd: Server = {
  name: 'epmd',
  role: 'server',
  url: (stack) => `127.0.0.1:${stack.ports.epmd}`,
  install,
  async prepare(stack) {
    await mkdir(folderOf(stack), { recursive: true });
    return {
      command: 'epmd',
      args: ['-address', '127.0.0.1', '-port', String(stack.ports.epmd)],
      cwd: folderOf(stack),
      env: {},
    };
  },
  ready: (stack) => probeTcp(stack.ports.epmd),
};

export const rabbitmq: Server = {
  name: 'rabbitmq',
  role: 'server',
  url: (stack) => `http://127.0.0.1:${stack.ports['rabbitmq-management']}`,
  install,
  async prepare(stack) {
    const folder = folderOf(stack);
    await mkdir(join(folder, 'log'), { recursive: true });
    await writeFile(join(folder, 'rabbitmq.conf'), configuration(stack), { mode: 0o600 });
    await writeFile(
      join(folder, 'enabled_plugins'),
      '[rabbitmq_management,rabbitmq_prometheus].\n',
    );
    await rememberDataFolder(dataFolder(stack));
    return {
      command: join(binaries, 'rabbitmq-server'),
      args: [],
      cwd: folder,
      env: nodeEnvironment(stack),
    };
  },
  async ready(stack) {
    const { connect } = await import('amqplib'); // loaded while the servers start
    const connection = await connect(rabbitmqUrl(stack), { timeout: 2_000 });
    connection.on('error', () => undefined); // told by the call that failed
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      // For half a second after a crash a queue has no leader yet and is NOT_FOUND.
      for (const queue of await queueNames(stack)) await channel.checkQueue(queue);
    } finally {
      await connection.close();
    }
  },
  healthy: assertNoAlarm,
};

/** RabbitMQ takes no message while an alarm is in effect, and says so in this answer alone. */
async function assertNoAlarm(stack: Stack): Promise<void> {
  const answer = await askManagement(stack, '/api/health/checks/alarms');
  if (answer.ok) return;
  const { alarms = [] } = (await answer.json()) as { alarms?: { resource: string }[] };
  const resources = alarms.map(({ resource }) => resource).join(', ');
  throw new Error(
    `RabbitMQ takes no messages: alarm for ${resources || answer.status}; free some disk or memory`,
  );
}

function askManagement(stack: Stack, path: string): Promise<Response> {
  const { RABBITMQ_USER: user, RABBITMQ_PASSWORD: password } = stack.secrets;
  return fetch(`${rabbitmq.url(stack)}${path}`, {
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    signal: AbortSignal.timeout(2_000),
  });
}

async function queueNames(stack: Stack): Promise<string[]> {
  const answer = await askManagement(stack, '/api/queues/%2F?columns=name,exclusive');
  if (!answer.ok) throw new Error(`RabbitMQ's management API answered ${answer.status}`);
  const queues = (await answer.json()) as { name: string; exclusive: boolean }[];
  return queues.filter(({ exclusive }) => !exclusive).map(({ name }) => name);
}

/** The environment that makes the node private; rabbitmqctl needs the same one. */
export function nodeEnvironment(stack: Stack): Record<string, string> {
  const folder = folderOf(stack);
  return {
    HOME: folder, // the Erlang cookie lives there
    RABBITMQ_NODENAME: `trackunit-${stack.name}@localhost`,
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: dataFolder(stack),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RUNNING_UNDER_SYSTEMD: 'true', // no shell around the node: its pid is the one we signal
    RABBITMQ_DIST_PORT: String(stack.ports['rabbitmq-distribution']),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(stack.ports.epmd),
    // Without it the distribution port listens on all addresses.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

const configuration = (stack: Stack) => `# written by infra at every start
listeners.tcp.1 = 127.0.0.1:${stack.ports.rabbitmq}
management.tcp.ip = 127.0.0.1
management.tcp.port = ${stack.ports['rabbitmq-management']}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = ${stack.ports['rabbitmq-prometheus']}
default_user = ${stack.secrets.RABBITMQ_USER}
default_pass = ${stack.secrets.RABBITMQ_PASSWORD}
log.console = true
log.console.level = info
log.file = false
`;
