// Every fault of the matrix: what it does, how long it lasts, how it ends.
import { join } from 'node:path';
import type { ServiceName } from '../../../infra/stack/service.ts';
import { rabbitmq } from '../../../infra/native/rabbitmq.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { eventually } from '../../support/harness/eventually.ts';
import {
  fillDisk,
  freeDisk,
  mayMount,
  moveToItsOwnDisk,
  moveToSmallDisk,
} from '../../support/object-store/small-disk.ts';
import { rabbitmqctl } from '../../support/rabbitmqctl.ts';
import { forgetFaults, orderFault } from '../../support/vision/order-fault.ts';

export interface Fault {
  readonly name: string;
  /** Resolves when the damage is done. */
  strike(stack: StackControl): Promise<void>;
  readonly lastsMs: number;
  /** Resolves when the service is ready again. */
  mend(stack: StackControl): Promise<void>;
}

const readyWithinMs = 120_000;

/** SIGKILL; the launcher starts it again after a second. */
const killed = (service: ServiceName): Fault => ({
  name: `${service} killed`,
  strike: (stack) => stack.kill(service),
  lastsMs: 0,
  mend: (stack) => stack.ready(service),
});

const stopped = (service: ServiceName, lastsMs = 6_000): Fault => ({
  name: `${service} stopped`,
  strike: (stack) => stack.stop(service),
  lastsMs,
  mend: (stack) => stack.start(service),
});

/** SIGSTOP: its connections stay and nothing answers. */
const frozen = (service: ServiceName, lastsMs = 10_000): Fault => ({
  name: `${service} frozen`,
  strike: (stack) => stack.freeze(service),
  lastsMs,
  mend: (stack) => stack.thaw(service),
});

/** Every call is answered `UNAVAILABLE`, as on a bad hour of the real service. */
const visionUnavailable: Fault = {
  name: 'Vision unavailable for a minute',
  strike: (stack) => orderFault(stack, 'load-vision', { failShare: 1 }),
  lastsMs: 60_000,
  mend: (stack) => forgetFaults(stack, 'load-vision'),
};

/** The broker leaves and its node stays, as in an upgrade. */
const rabbitmqStopped: Fault = {
  name: 'rabbitmq stop_app',
  async strike(stack) {
    await rabbitmqctl(stack, 'stop_app');
  },
  lastsMs: 3_000,
  async mend(stack) {
    await rabbitmqctl(stack, 'start_app');
    await eventually(() => rabbitmq.ready(stack.stack), { within: readyWithinMs });
  },
};

/** Power comes back after a second, for all of them at once. */
const everythingKilled: Fault = {
  name: 'everything killed at once',
  async strike(stack) {
    const running = (await stack.services()).filter(({ state }) => state === 'ready');
    await Promise.all(running.map(({ name }) => stack.kill(name as ServiceName)));
  },
  lastsMs: 0,
  async mend(stack) {
    const services = (await stack.services()).filter(({ state }) => state !== 'stopped');
    await Promise.all(services.map(({ name }) => stack.ready(name as ServiceName)));
  },
};

/** The store's folder on a disk of which not a byte is left. */
const storeWithoutDisk: Fault = {
  name: 'versitygw without disk',
  async strike(stack) {
    await stack.stop('versitygw');
    await moveToSmallDisk(storeFolder(stack), 64);
    await stack.start('versitygw');
    await fillDisk(storeFolder(stack));
  },
  lastsMs: 10_000,
  async mend(stack) {
    await freeDisk(storeFolder(stack));
    await stack.stop('versitygw');
    await moveToItsOwnDisk(storeFolder(stack));
    await stack.start('versitygw');
  },
};
const storeFolder = ({ stack }: StackControl) => join(stack.folder, 'versitygw');

/** What `npm test` has time for. */
export const briefFaults: readonly Fault[] = [
  killed('svc-messaging-bridge'),
  killed('svc-analysis-orchestrator'),
  killed('rabbitmq'),
  stopped('temporal', 3_000),
];

export const faults: readonly Fault[] = [
  ...briefFaults,
  killed('graph-gateway'), // one of two
  killed('tu-ingestion-service'),
  killed('tu-media-access-service'),
  killed('svc-ai-vision-adapter'),
  killed('recognition-worker'),
  killed('load-vision'),
  killed('tu-register-service'),
  killed('postgresql'),
  killed('kafka'),
  killed('versitygw'),
  killed('temporal'),
  stopped('kafka'),
  rabbitmqStopped,
  stopped('rabbitmq'),
  stopped('versitygw'),
  stopped('postgresql'),
  frozen('versitygw'),
  ...(mayMount ? [storeWithoutDisk] : []),
  frozen('kafka'),
  frozen('rabbitmq'),
  frozen('postgresql'),
  frozen('svc-ai-vision-adapter'),
  visionUnavailable,
  everythingKilled,
];
