// The system in one place: every server and process, what must be up before it, and what it listens on.
// `npm start` runs these rows in the order of their needs. How each is run: native/ and compose/.
import { processTable, type ProcessName } from '../contracts/processes.ts';
import type { Runtime } from './stack/stack.ts';
import { inContainers } from './compose/containers.ts';
import { kafka } from './native/kafka.ts';
import { minio } from './native/minio.ts';
import { ownProcess, type OwnProcess } from './native/own-process.ts';
import { postgresql } from './native/postgresql.ts';
import { epmd, rabbitmq } from './native/rabbitmq.ts';
import { temporal } from './native/temporal.ts';
import { versitygw } from './native/versitygw.ts';
import { keySettings } from './keys/key-settings.ts';
import { givenEnvironment, serverAddresses } from './stack/environment.ts';
import type { Service, ServiceName } from './stack/service.ts';
import type { Stack } from './stack/stack.ts';
import { storeInUse, storeNames, type StoreName } from './stack/store-in-use.ts';

// The numbers of the ports: stack/ports.ts. The stores first: their installations take longest.
const servers: readonly Service[] = [
  { ...versitygw, needs: [], ports: ['versitygw'] },
  { ...minio, needs: [], ports: ['minio', 'minio-console'] },
  { ...kafka, needs: [], ports: ['kafka', 'kafka-controller'] },
  { ...epmd, needs: [], ports: ['epmd'] },
  {
    ...rabbitmq,
    needs: ['epmd'],
    ports: ['rabbitmq', 'rabbitmq-management', 'rabbitmq-prometheus', 'rabbitmq-distribution'],
  },
  { ...temporal, needs: [], ports: ['temporal', 'temporal-ui'] },
  { ...postgresql, needs: [], ports: ['postgresql'] },
];

const gateway: OwnProcess = {
  needs: ['rabbitmq', 'identity'],
  secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL', 'REDIS_URL'],
  // the audits of GraphQL over HTTP send their variables by introspection
  environment: ({ name }) => (name === 'test' ? { INTROSPECTION: 'true' } : {}),
};

/** With a backlog it stays below 150 MB: V8 would otherwise let its heap grow before it collects. */
export const bridgeNodeOptions = '--max-semi-space-size=6 --max-old-space-size=1024';

/**
 * What `/readyz` of a process asks for, and what it would only wait for at its start; `versitygw` stands
 * for the object store in use. Folders and ports: contracts/processes.ts.
 */
export const ownProcesses: Readonly<Record<ProcessName, OwnProcess>> = {
  identity: {
    needs: [],
    secrets: ['IDENTITY_SECRET'],
    environment: ({ folder }) => ({ IDENTITY_KEYS_FILE: `${folder}/identity-keys.json` }),
  },
  'local-vision': {
    needs: [],
    secrets: [],
    environment: ({ name }) => ({ LOCAL_VISION_FAULTS: String(name === 'test') }),
  },
  'load-vision': { needs: [], secrets: [] },
  'graph-gateway': gateway,
  'graph-gateway-2': gateway,
  'graph-gateway-3': gateway,
  'tu-ingestion-service': {
    needs: ['versitygw', 'kafka'],
    secrets: [
      'INTERNAL_TOKEN',
      ...keySettings('upload'),
      ...keySettings('ingestion'),
      'TICKET_KEY',
      'TICKET_KEY_PREVIOUS',
    ],
  },
  'tu-media-access-service': {
    needs: ['versitygw'],
    secrets: ['INTERNAL_TOKEN', ...keySettings('media'), ...keySettings('preview')],
  },
  'svc-ai-vision-adapter': {
    needs: ['kafka'],
    secrets: ['INTERNAL_TOKEN'],
    // stories of photos that are sent again run on busy machines
    environment: ({ name }) => (name === 'test' ? { DUPLICATES_TIMEOUT: '3s' } : {}),
  },
  'svc-messaging-bridge': {
    needs: ['kafka', 'rabbitmq'],
    secrets: ['RABBITMQ_URL'],
    environment: () => ({ NODE_OPTIONS: bridgeNodeOptions }),
  },
  'svc-analysis-orchestrator': {
    needs: ['rabbitmq', 'temporal'],
    secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL'],
  },
  'tu-register-service': {
    needs: ['postgresql', 'rabbitmq', 'kafka'],
    secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL', 'DATABASE_URL'],
  },
  'recognition-worker': { needs: ['temporal'], secrets: ['INTERNAL_TOKEN'] },
  'retention-worker': { needs: ['temporal', 'versitygw'], secrets: keySettings('retention') },
};

export const system: readonly Service[] = [
  ...servers,
  ...(Object.keys(ownProcesses) as ProcessName[]).map((name) =>
    ownProcess(name, ownProcesses[name]),
  ),
];

type WhichStack = Pick<Stack, 'name' | 'folder'>;

/** The servers that a stack runs itself: those whose address is not given in the environment. */
export function serversOf(stack: WhichStack, runtime: Runtime): readonly Service[] {
  const own = ownServices(stack).filter(({ role }) => role === 'server');
  return runtime === 'compose' ? inContainers(own) : own;
}

/** Both object stores, whichever is in use. */
export function storesOf(runtime: Runtime): readonly Service[] {
  const stores = servers.filter(({ name }) => isStore(name));
  return runtime === 'compose' ? inContainers(stores) : stores;
}

/** The processes that a stack runs itself. */
export const processesOf = (stack: WhichStack): readonly Service[] =>
  ownServices(stack).filter(({ role }) => role === 'process');

/** Not started with the rest: processes on demand, and in the tests' stack the other object store. */
export const isOnDemand = (name: ServiceName, stack: WhichStack): boolean =>
  (name in processTable && processTable[name as ProcessName].onDemand === true) ||
  isOtherStore(name, stack);

function ownServices(stack: WhichStack): readonly Service[] {
  const given = givenEnvironment(stack);
  const isGiven = (name: ServiceName) =>
    name in serverAddresses &&
    given[serverAddresses[name as keyof typeof serverAddresses]] !== undefined;
  const isElsewhere = (name: ServiceName) =>
    isGiven(name) ||
    (name === 'epmd' && isGiven('rabbitmq')) ||
    (name === 'local-vision' && given['VISION_PROVIDER'] === 'google-cloud-vision') ||
    (stack.name !== 'test' && isOtherStore(name, stack));
  const store = storeInUse(stack);
  return system
    .filter(({ name }) => !isElsewhere(name))
    .map((service) => ({
      ...service,
      needs: service.needs.map((need) => (need === 'versitygw' ? store : need)),
    }));
}

const isStore = (name: ServiceName): name is StoreName =>
  storeNames.some((store) => store === name);

const isOtherStore = (name: ServiceName, stack: WhichStack): boolean =>
  isStore(name) && name !== storeInUse(stack);
