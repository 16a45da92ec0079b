// The system in one place: every server and process, and which of them a stack runs itself.
import { processTable, type Process } from '../contracts/processes.ts';
import { givenEnvironment, serverAddresses } from './environment.ts';
import type { Part, PartName } from './part.ts';
import { processes } from './processes.ts';
import type { Way } from './compose/choose-way.ts';
import { inContainers } from './compose/in-containers.ts';
import { kafka } from './native/kafka.ts';
import { minio } from './native/minio.ts';
import { epmd, rabbitmq } from './native/rabbitmq.ts';
import { temporal } from './native/temporal.ts';
import { versitygw } from './native/versitygw.ts';
import type { Stack } from './stack.ts';
import { storeInUse, storeNames, type StoreName } from './store/store-in-use.ts';

// The stores first: the longest installations should begin first.
export const system: readonly Part[] = [
  versitygw,
  minio,
  kafka,
  epmd,
  rabbitmq,
  temporal,
  ...processes,
];

/** Not started with the rest: processes on demand, and in the tests' stack the other object store. */
export const isSpare = (name: PartName, stack: WhichStack): boolean =>
  (processTable as Partial<Record<PartName, Process>>)[name]?.onDemand === true ||
  isOtherStore(name, stack);

const isOtherStore = (name: PartName, stack: WhichStack): boolean =>
  storeNames.includes(name as StoreName) && name !== storeInUse(stack);

type WhichStack = Pick<Stack, 'name' | 'folder'>;

/** The servers that a stack runs itself: those whose address is not given in the environment. */
export function serversOf(stack: WhichStack, way: Way): readonly Part[] {
  const servers = ownParts(stack).filter(({ role }) => role === 'server');
  return way === 'compose' ? inContainers(servers) : servers;
}

/** Both object stores, whichever is in use. */
export function storesOf(way: Way): readonly Part[] {
  const stores: readonly Part[] = [versitygw, minio];
  return way === 'compose' ? inContainers(stores) : stores;
}

/** The processes that a stack runs itself. */
export function processesOf(stack: WhichStack): readonly Part[] {
  return ownParts(stack).filter(({ role }) => role === 'process');
}

function ownParts(stack: WhichStack): readonly Part[] {
  const given = givenEnvironment(stack);
  const elsewhere = new Set<PartName>(
    (Object.keys(serverAddresses) as (keyof typeof serverAddresses)[]).filter(
      (name) => given[serverAddresses[name]] !== undefined,
    ),
  );
  if (elsewhere.has('rabbitmq')) elsewhere.add('epmd');
  if (given['VISION_PROVIDER'] === 'google-cloud-vision') elsewhere.add('local-vision');
  const others =
    stack.name === 'test' ? [] : storeNames.filter((name) => isOtherStore(name, stack));
  for (const name of others) elsewhere.add(name);
  return system.filter(({ name }) => !elsewhere.has(name)).map((part) => onStore(part, stack));
}

/** The rows name the default store; what they need is the one in use. */
function onStore(part: Part, stack: WhichStack): Part {
  const store = storeInUse(stack);
  return { ...part, needs: part.needs.map((need) => (need === 'versitygw' ? store : need)) };
}
