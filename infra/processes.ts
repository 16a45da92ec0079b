// How a stack runs the processes of contracts/processes.ts: what each needs, and its secrets.
import { join } from 'node:path';
import { processTable, type ProcessName } from '../contracts/processes.ts';
import {
  givenEnvironment,
  secretEnvironment,
  sharedEnvironment,
  type Environment,
  type SecretSetting,
} from './environment.ts';
import { keySettings } from './store/keys.ts';
import type { Service, ServiceName } from './service.ts';
import { hiddenPortsOf, type PortName } from './ports.ts';
import { answersOk, namesNothingMissing } from './supervisor/ready.ts';
import { cloneFolder, type Stack } from './stack.ts';

interface Row {
  /**
   * Up before it: what its `/readyz` asks for, and what it would only wait for at its start.
   * `versitygw` stands for the object store in use.
   */
  readonly needs: readonly ServiceName[];
  readonly secrets: readonly SecretSetting[];
  readonly environment?: (stack: Stack) => Environment;
}

const gateway: Row = {
  needs: ['rabbitmq', 'identity'],
  secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL', 'REDIS_URL'],
  // the audits of GraphQL over HTTP send their variables by introspection
  environment: ({ name }) => (name === 'test' ? { INTROSPECTION: 'true' } : {}),
};

export const rows: Readonly<Record<ProcessName, Row>> = {
  identity: {
    needs: [],
    secrets: ['IDENTITY_SECRET'],
    environment: (stack) => ({ IDENTITY_KEYS_FILE: join(stack.folder, 'identity-keys.json') }),
  },
  'local-vision': {
    needs: [],
    secrets: [],
    environment: (stack) => ({ LOCAL_VISION_FAULTS: String(stack.name === 'test') }),
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
    secrets: ['INTERNAL_TOKEN', ...keySettings('media')],
  },
  'svc-ai-vision-adapter': { needs: ['kafka'], secrets: ['INTERNAL_TOKEN'] },
  'svc-messaging-bridge': { needs: ['kafka', 'rabbitmq'], secrets: ['RABBITMQ_URL'] },
  'svc-analysis-orchestrator': {
    needs: ['rabbitmq', 'temporal'],
    secrets: ['INTERNAL_TOKEN', 'RABBITMQ_URL'],
  },
  'recognition-worker': { needs: ['temporal'], secrets: ['INTERNAL_TOKEN'] },
  'retention-worker': { needs: ['temporal', 'versitygw'], secrets: keySettings('retention') },
};

export const processes: readonly Service[] = (Object.keys(rows) as ProcessName[]).map(processPart);

/** Where /livez, /readyz and /metrics of a process stand. */
const healthPortOf = (name: ProcessName): PortName =>
  processTable[name].healthPort === undefined ? name : (`${name}-health` as PortName);

function processPart(name: ProcessName): Service {
  const { folder, healthPort } = processTable[name];
  const scheme = healthPort === undefined ? 'http://' : ''; // the others speak gRPC
  const readyz = (stack: Stack) => `http://127.0.0.1:${stack.ports[healthPortOf(name)]}/readyz`;
  return {
    name,
    role: 'process',
    needs: rows[name].needs,
    ports: [name, ...(Object.keys(hiddenPortsOf(name)) as PortName[])],
    url: (stack) => `${scheme}127.0.0.1:${stack.ports[name]}`,
    prepare: (stack) => ({
      command: process.execPath,
      args: [join(cloneFolder, folder, 'main.ts')],
      cwd: cloneFolder,
      env: processEnvironment(name, stack),
    }),
    ready: (stack) => answersOk(readyz(stack)),
    settled: (stack) => namesNothingMissing(readyz(stack)),
  };
}

/** Everything of ours that the process finds in its environment. */
export function processEnvironment(name: ProcessName, stack: Stack): Environment {
  const row = rows[name];
  const { healthPort, coreMetricsPort } = processTable[name];
  const given = givenEnvironment(stack);
  const coreMetrics = `${name}-core-metrics` as PortName;
  return {
    ...sharedEnvironment(stack, given),
    ...secretEnvironment(stack, given, row.secrets),
    ...row.environment?.(stack),
    PORT: String(stack.ports[name]),
    ...(healthPort !== undefined && { HEALTH_PORT: String(stack.ports[healthPortOf(name)]) }),
    ...(coreMetricsPort !== undefined && {
      TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${stack.ports[coreMetrics]}`,
    }),
    // Compiled modules are kept, so that nine processes start on two cores in half the time.
    NODE_COMPILE_CACHE: join(cloneFolder, 'node_modules', '.cache', 'compiled'),
  };
}
