// The processes of ours: folder, needs, secrets. Each is `node <folder>/main.ts` from the top of the clone.
import { join } from 'node:path';
import {
  givenEnvironment,
  secretEnvironment,
  sharedEnvironment,
  type Environment,
  type SecretSetting,
} from './environment.ts';
import { keySettings } from './store/keys.ts';
import type { Part, PartName } from './part.ts';
import type { PortName } from './ports.ts';
import { answersOk, namesNothingMissing } from './supervisor/ready.ts';
import { cloneFolder, type Stack } from './stack.ts';

interface Row {
  /** Holds its main.ts. */
  readonly folder: string;
  /**
   * Up before it: what its `/readyz` asks for, and what it would only wait for at its start.
   * `versitygw` stands for the object store in use.
   */
  readonly needs: readonly PartName[];
  readonly secrets: readonly SecretSetting[];
  /** Ports besides its own. */
  readonly hiddenPorts?: readonly PortName[];
  readonly environment?: (stack: Stack) => Environment;
  readonly url?: (stack: Stack) => string;
  /** Answers /livez, /readyz and /metrics; by default its own port. */
  readonly health?: PortName;
}

const gateway: Row = {
  folder: 'gateway',
  needs: ['rabbitmq', 'identity'],
  secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL', 'REDIS_URL'],
  // the audits of GraphQL over HTTP send their variables by introspection
  environment: ({ name }) => (name === 'test' ? { INTROSPECTION: 'true' } : {}),
};

export const rows = {
  identity: {
    folder: 'infra/emulators/identity',
    needs: [],
    secrets: ['IDENTITY_SECRET'],
    environment: (stack) => ({ IDENTITY_KEYS_FILE: join(stack.folder, 'identity-keys.json') }),
  },
  'local-vision': {
    folder: 'infra/emulators/vision',
    needs: [],
    secrets: [],
    hiddenPorts: ['local-vision-health'],
    health: 'local-vision-health',
    environment: (stack) => ({
      HEALTH_PORT: String(stack.ports['local-vision-health']),
      LOCAL_VISION_FAULTS: String(stack.name === 'test'),
    }),
    url: (stack) => `127.0.0.1:${stack.ports['local-vision']}`,
  },
  'load-vision': {
    folder: 'infra/emulators/load-vision',
    needs: [],
    secrets: [],
    hiddenPorts: ['load-vision-health'],
    health: 'load-vision-health',
    environment: (stack) => ({ HEALTH_PORT: String(stack.ports['load-vision-health']) }),
    url: (stack) => `127.0.0.1:${stack.ports['load-vision']}`,
  },
  'graph-gateway': gateway,
  'graph-gateway-2': gateway,
  'graph-gateway-3': gateway,
  'tu-ingestion-service': {
    folder: 'services/ingestion',
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
    folder: 'services/media-access',
    needs: ['versitygw'],
    secrets: ['INTERNAL_TOKEN', ...keySettings('media')],
  },
  'svc-ai-vision-adapter': {
    folder: 'services/vision-adapter',
    needs: ['kafka'],
    secrets: ['INTERNAL_TOKEN'],
  },
  'svc-messaging-bridge': {
    folder: 'services/messaging-bridge',
    needs: ['kafka', 'rabbitmq'],
    secrets: ['RABBITMQ_URL'],
  },
  'svc-analysis-orchestrator': {
    folder: 'workers/orchestrator',
    needs: ['rabbitmq', 'temporal'],
    secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL'],
    hiddenPorts: ['orchestrator-core-metrics'],
    environment: (stack) => ({
      TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${stack.ports['orchestrator-core-metrics']}`,
    }),
  },
  'recognition-worker': {
    folder: 'workers/recognition',
    needs: ['temporal'],
    secrets: ['INTERNAL_TOKEN'],
    hiddenPorts: ['recognition-core-metrics'],
    environment: (stack) => ({
      TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${stack.ports['recognition-core-metrics']}`,
    }),
  },
  'retention-worker': {
    folder: 'workers/retention',
    needs: ['temporal', 'versitygw'],
    secrets: keySettings('retention'),
    hiddenPorts: ['retention-core-metrics'],
    environment: (stack) => ({
      TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${stack.ports['retention-core-metrics']}`,
    }),
  },
} as const satisfies Partial<Record<PartName & PortName, Row>>;

export type ProcessName = keyof typeof rows;

export const processes: readonly Part[] = (Object.keys(rows) as ProcessName[]).map(processPart);

function processPart(name: ProcessName): Part {
  const row: Row = rows[name];
  const readyz = (stack: Stack) => `http://127.0.0.1:${stack.ports[row.health ?? name]}/readyz`;
  return {
    name,
    role: 'process',
    needs: row.needs,
    ports: [name, ...(row.hiddenPorts ?? [])],
    url: row.url ?? ((stack) => `http://127.0.0.1:${stack.ports[name]}`),
    prepare: (stack) => ({
      command: process.execPath,
      // kafkajs sets one timer with a negative delay on Node 24; it does no harm.
      args: ['--disable-warning=TimeoutNegativeWarning', join(cloneFolder, row.folder, 'main.ts')],
      cwd: cloneFolder,
      env: processEnvironment(name, stack),
    }),
    ready: (stack) => answersOk(readyz(stack)),
    settled: (stack) => namesNothingMissing(readyz(stack)),
  };
}

/** Everything of ours that the process finds in its environment. */
export function processEnvironment(name: ProcessName, stack: Stack): Environment {
  const row: Row = rows[name];
  const given = givenEnvironment(stack);
  return {
    ...sharedEnvironment(stack, given),
    ...secretEnvironment(stack, given, row.secrets),
    ...row.environment?.(stack),
    PORT: String(stack.ports[name]),
    // Compiled modules are kept, so that nine processes start on two cores in half the time.
    NODE_COMPILE_CACHE: join(cloneFolder, 'node_modules', '.cache', 'compiled'),
  };
}
