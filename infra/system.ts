// The system in one place: every server and process, and which of them a stack runs itself.
import { processTable, type Process } from '../contracts/processes.ts';
import { givenEnvironment, serverAddresses } from './environment.ts';
import type { Service, ServiceName } from './service.ts';
import { processes } from './processes.ts';
import type { Runtime } from './compose/choose-runtime.ts';
import { inContainers } from './compose/containers.ts';
import { kafka } from './native/kafka.ts';
import { minio } from './native/minio.ts';
import { epmd, rabbitmq } from './native/rabbitmq.ts';
import { temporal } from './native/temporal.ts';
import { versitygw } from './native/versitygw.ts';
import type { Stack } from './stack.ts';
import { storeInUse, storeNames, type StoreName } from './store/store-in-use.ts';

// The stores first: the longest installations should begin first.
export const system: readonly Service[] = [
  versitygw,
  minio,
  kafka,
  epmd,
  rabbitmq,
  temporal,
  ...processes,
];

/** Not started with the rest: processes on demand, and in the tests' stack the other object store. */
export const isSpare = (name: ServiceName, stack: WhichStack): boolean =>
  (processTable as Partial<Record<ServiceName, Process>>)[name]?.onDemand === true ||
  isOtherStore(name, stack);

const isOtherStore = (name: ServiceName, stack: WhichStack): boolean =>
  storeNames.includes(name as StoreName) && name !== storeInUse(stack);

type WhichStack = Pick<Stack, 'name' | 'folder'>;

/** The servers that a stack runs itself: those whose address is not given in the environment. */
export function serversOf(stack: WhichStack, runtime: Runtime): readonly Service[] {
  const servers = ownServices(stack).filter(({ role }) => role === 'server');
  return runtime === 'compose' ? inContainers(servers) : servers;
}

/** Both object stores, whichever is in use. */
export function storesOf(runtime: Runtime): readonly Service[] {
  const stores: readonly Service[] = [versitygw, minio];
  return runtime === 'compose' ? inContainers(stores) : stores;
}

/** The processes that a stack runs itself. */
export function processesOf(stack: WhichStack): readonly Service[] {
  return ownServices(stack).filter(({ role }) => role === 'process');
}

function ownServices(stack: WhichStack): readonly Service[] {
  const given = givenEnvironment(stack);
  const elsewhere = new Set<ServiceName>(
    (Object.keys(serverAddresses) as (keyof typeof serverAddresses)[]).filter(
      (name) => given[serverAddresses[name]] !== undefined,
    ),
  );
  if (elsewhere.has('rabbitmq')) elsewhere.add('epmd');
  if (given['VISION_PROVIDER'] === 'google-cloud-vision') elsewhere.add('local-vision');
  const others =
    stack.name === 'test' ? [] : storeNames.filter((name) => isOtherStore(name, stack));
  for (const name of others) elsewhere.add(name);
  return system
    .filter(({ name }) => !elsewhere.has(name))
    .map((service) => onStore(service, stack));
}

/** The rows name the default store; what they need is the one in use. */
function onStore(service: Service, stack: WhichStack): Service {
  const store = storeInUse(stack);
  return { ...service, needs: service.needs.map((need) => (need === 'versitygw' ? store : need)) };
}
