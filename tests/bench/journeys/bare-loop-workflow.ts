import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { BareActivities } from './bare-loop.ts';

const { look } = proxyActivities<Pick<BareActivities, 'look'>>({
  taskQueue: 'bench-bare-look',
  startToCloseTimeout: '30 s',
});
const { announce } = proxyLocalActivities<Pick<BareActivities, 'announce'>>({
  startToCloseTimeout: '10 s',
});

/** The three activities of an analysis, and nothing else. */
export async function bareLoop(id: string): Promise<void> {
  await announce(`${id}:started`);
  await look(id);
  await announce(`${id}:completed`);
}
