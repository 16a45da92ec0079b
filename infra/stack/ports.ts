// Every port of a stack, the hidden ones too. All of them are bound on 127.0.0.1.

import {
  type processes,
  processNames,
  processTable,
  type ProcessName,
  type StackName,
} from '../../contracts/processes.ts';

/** Ports of stack `dev` besides those of the processes. */
const otherPorts = {
  /** The launcher answers here. */
  control: 4080,
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
  postgresql: 5432,
} as const;

type With<Column extends string> = {
  [Name in ProcessName]: Column extends keyof (typeof processes)[Name] ? Name : never;
}[ProcessName];
type HiddenPortName = `${With<'healthPort'>}-health` | `${With<'coreMetricsPort'>}-core-metrics`;

export type PortName = ProcessName | HiddenPortName | keyof typeof otherPorts;

/** What a process listens on besides its own port, by name. */
export function hiddenPortsOf(name: ProcessName): Partial<Record<PortName, number>> {
  const { healthPort, coreMetricsPort } = processTable[name];
  return {
    ...(healthPort !== undefined && { [`${name}-health`]: healthPort }),
    ...(coreMetricsPort !== undefined && { [`${name}-core-metrics`]: coreMetricsPort }),
  };
}

const devPorts = Object.fromEntries([
  ...Object.entries(otherPorts),
  ...processNames.flatMap((name) => [
    [name, processTable[name].port] as const,
    ...Object.entries(hiddenPortsOf(name)),
  ]),
]) as Record<PortName, number>;

/** Where /livez, /readyz and /metrics of a process stand. */
export function healthUrlOf({ ports }: { readonly ports: Ports }, name: ProcessName): string {
  const hidden = `${name}-health` as PortName;
  const port = processTable[name].healthPort === undefined ? name : hidden;
  return `http://127.0.0.1:${ports[port]}`;
}

export type Ports = Readonly<Record<PortName, number>>;

/** How far the ports of a stack are moved. */
const stackOffsets: Readonly<Record<StackName, number>> = { dev: 0, test: 3000 };

export function portsOf(stack: StackName): Ports {
  return Object.fromEntries(
    Object.entries(devPorts).map(([name, port]) => [name, port + stackOffsets[stack]]),
  ) as Ports;
}
