// The processes of the system, once: default settings, ports of a stack, launcher and tests derive from it.

export interface Process {
  /** Holds its main.ts. */
  readonly folder: string;
  /** Where it listens unless `PORT` says otherwise. */
  readonly port: number;
  /** Where it answers /livez, /readyz and /metrics, if not at `port`: that one is public, or speaks gRPC. */
  readonly healthPort?: number;
  readonly speaksGrpc?: true;
  /** Where the worker core of Temporal serves metrics of its own, in a local stack. */
  readonly coreMetricsPort?: number;
  /** The setting by which others find it. */
  readonly addressSetting?: string;
  /** Not started with a stack: replicas, and the Vision of measurements. */
  readonly onDemand?: true;
}

export const processes = {
  'graph-gateway': {
    folder: 'gateway',
    port: 4000,
    healthPort: 4030,
    addressSetting: 'PUBLIC_ORIGIN',
  },
  'graph-gateway-2': { folder: 'gateway', port: 4010, healthPort: 4031, onDemand: true },
  'graph-gateway-3': { folder: 'gateway', port: 4020, healthPort: 4032, onDemand: true },
  'tu-ingestion-service': {
    folder: 'services/ingestion',
    port: 4001,
    addressSetting: 'INGESTION_URL',
  },
  'tu-media-access-service': {
    folder: 'services/media-access',
    port: 4002,
    addressSetting: 'MEDIA_ACCESS_URL',
  },
  'svc-ai-vision-adapter': {
    folder: 'services/vision-adapter',
    port: 4003,
    addressSetting: 'VISION_ADAPTER_URL',
  },
  'svc-messaging-bridge': { folder: 'services/messaging-bridge', port: 4004 },
  'svc-analysis-orchestrator': {
    folder: 'workers/orchestrator',
    port: 4005,
    coreMetricsPort: 4015,
    addressSetting: 'ORCHESTRATOR_URL',
  },
  'recognition-worker': { folder: 'workers/recognition', port: 4006, coreMetricsPort: 4016 },
  'tu-register-service': {
    folder: 'services/register',
    port: 4008,
    addressSetting: 'REGISTER_URL',
  },
  'retention-worker': { folder: 'workers/retention', port: 4007, coreMetricsPort: 4017 },
  identity: { folder: 'infra/emulators/identity', port: 4100 },
  'local-vision': {
    folder: 'infra/emulators/vision',
    port: 4200,
    healthPort: 4201,
    speaksGrpc: true,
  },
  'load-vision': {
    folder: 'infra/emulators/load-vision',
    port: 4210,
    healthPort: 4211,
    speaksGrpc: true,
    onDemand: true,
  },
} as const satisfies Readonly<Record<string, Process>>;

export type ProcessName = keyof typeof processes;
export const processNames = Object.keys(processes) as ProcessName[];

/** The table with every column of every row. */
export const processTable: Readonly<Record<ProcessName, Process>> = processes;

/** Copies of the system that may run at once in a clone; each keeps its files in `.data/<name>`. */
export const stackNames = ['dev', 'test'] as const;
export type StackName = (typeof stackNames)[number];
export const isStackName = (name: string): name is StackName =>
  stackNames.some((known) => known === name);
