// The system in one place: every server and process, and which of them a stack runs itself.
import { givenEnvironment, serverAddresses } from './environment.ts';
import type { Part, PartName } from './part.ts';
import { processes } from './processes.ts';
import type { Way } from './servers/choose-way.ts';
import { inContainers } from './servers/in-containers.ts';
import { kafka } from './servers/kafka.ts';
import { minio } from './servers/minio.ts';
import { epmd, rabbitmq } from './servers/rabbitmq.ts';
import { temporal } from './servers/temporal.ts';
import type { Stack } from './stack.ts';

// minio first: the longest installation should begin first.
export const system: readonly Part[] = [minio, kafka, epmd, rabbitmq, temporal, ...processes];

/** Replicas, and the Vision of measurements, that only tests start: `stack.start('graph-gateway-2')`. */
export const spareParts: readonly PartName[] = [
  'graph-gateway-2',
  'graph-gateway-3',
  'load-vision',
];

/** The servers that a stack runs itself: those whose address is not given in the environment. */
export function serversOf(stack: Pick<Stack, 'name'>, way: Way): readonly Part[] {
  const servers = ownParts(stack).filter(({ role }) => role === 'server');
  return way === 'compose' ? inContainers(servers) : servers;
}

/** The processes that a stack runs itself. */
export function processesOf(stack: Pick<Stack, 'name'>): readonly Part[] {
  return ownParts(stack).filter(({ role }) => role === 'process');
}

function ownParts(stack: Pick<Stack, 'name'>): readonly Part[] {
  const given = givenEnvironment(stack);
  const elsewhere = new Set<PartName>(
    (Object.keys(serverAddresses) as (keyof typeof serverAddresses)[]).filter(
      (name) => given[serverAddresses[name]] !== undefined,
    ),
  );
  if (elsewhere.has('rabbitmq')) elsewhere.add('epmd');
  if (given['VISION_PROVIDER'] === 'google-cloud-vision') elsewhere.add('local-vision');
  return system.filter(({ name }) => !elsewhere.has(name));
}
