// Every port of a stack, the hidden ones too. All of them are bound on 127.0.0.1.

/** Ports of stack `dev`. */
const devPorts = {
  'graph-gateway': 4000,
  'tu-ingestion-service': 4001,
  'tu-media-access-service': 4002,
  'svc-ai-vision-adapter': 4003,
  'svc-messaging-bridge': 4004,
  'svc-analysis-orchestrator': 4005,
  'recognition-worker': 4006,
  'retention-worker': 4007,
  'graph-gateway-2': 4010,
  'graph-gateway-3': 4020,
  // The worker core of Temporal serves metrics of its own.
  'orchestrator-core-metrics': 4015,
  'recognition-core-metrics': 4016,
  'retention-core-metrics': 4017,
  // Who runs the stack answers here: the launcher, and `npm run infra -- up` for the servers alone.
  control: 4080,
  'servers-control': 4081,
  identity: 4100,
  'local-vision': 4200,
  'local-vision-health': 4201,
  'load-vision': 4210,
  'load-vision-health': 4211,
  epmd: 4390,
  rabbitmq: 5672,
  'rabbitmq-management': 15672,
  'rabbitmq-prometheus': 15692,
  'rabbitmq-distribution': 25672,
  versitygw: 7070,
  temporal: 7233,
  'temporal-ui': 8233,
  minio: 9000,
  'minio-console': 9001,
  kafka: 9092,
  'kafka-controller': 9093,
} as const;

export type PortName = keyof typeof devPorts;
export type Ports = Readonly<Record<PortName, number>>;

/** The stacks that may run at once, and how far their ports are moved. */
export const stackOffsets = { dev: 0, test: 3000 } as const;
export type StackName = keyof typeof stackOffsets;

export function portsOf(stack: StackName): Ports {
  return Object.fromEntries(
    Object.entries(devPorts).map(([name, port]) => [name, port + stackOffsets[stack]]),
  ) as Ports;
}
