// A process of contracts/processes.ts as a service of the stack: how it is run, when it is ready, and what
// it finds in its environment.
import { join } from 'node:path';
import { processTable, type ProcessName } from '../../contracts/processes.ts';
import { probeDependencies, probeHttp } from '../host/probes.ts';
import {
  secretEnvironment,
  sharedEnvironment,
  type Environment,
  type SecretSetting,
} from '../stack/environment.ts';
import { healthUrlOf, hiddenPortsOf, type PortName } from '../stack/ports.ts';
import type { Installation, Service, ServiceName } from '../stack/service.ts';
import { cloneFolder, type Stack } from '../stack/stack.ts';

export interface OwnProcess {
  readonly needs: readonly ServiceName[];
  readonly secrets: readonly SecretSetting[];
  /** What this process finds in its environment besides what all do. */
  readonly environment?: (stack: Stack) => Environment;
  /** What it works better with; it starts without it too. */
  readonly install?: Installation;
}

export function ownProcess(name: ProcessName, row: OwnProcess): Service {
  const { folder, speaksGrpc } = processTable[name];
  const scheme = speaksGrpc === true ? '' : 'http://';
  const readyz = (stack: Stack) => `${healthUrlOf(stack, name)}/readyz`;
  return {
    name,
    role: 'process',
    needs: row.needs,
    ports: [name, ...(Object.keys(hiddenPortsOf(name)) as PortName[])],
    ...(row.install !== undefined && { install: row.install }),
    url: (stack) => `${scheme}127.0.0.1:${stack.ports[name]}`,
    prepare: (stack) => ({
      command: process.execPath,
      args: [join(cloneFolder, folder, 'main.ts')],
      cwd: cloneFolder,
      env: processEnvironment(name, row, stack),
    }),
    ready: (stack) => probeHttp(readyz(stack)),
    healthy: (stack) => probeDependencies(readyz(stack)),
  };
}

/** Everything of ours that the process finds in its environment. */
export function processEnvironment(name: ProcessName, row: OwnProcess, stack: Stack): Environment {
  const { healthPort, coreMetricsPort } = processTable[name];
  const health = `${name}-health` as PortName;
  const coreMetrics = `${name}-core-metrics` as PortName;
  return {
    ...row.environment?.(stack), // what the user gives wins
    ...sharedEnvironment(stack),
    ...secretEnvironment(stack, row.secrets),
    PORT: String(stack.ports[name]),
    ...(healthPort !== undefined && { HEALTH_PORT: String(stack.ports[health]) }),
    ...(coreMetricsPort !== undefined && {
      TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${stack.ports[coreMetrics]}`,
    }),
    // Compiled modules are kept, so that nine processes start on two cores in half the time.
    NODE_COMPILE_CACHE: join(cloneFolder, 'node_modules', '.cache', 'compiled'),
  };
}
