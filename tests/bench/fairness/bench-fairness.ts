import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { stopFloods } from '../../support/flood.ts';
import { benchBacklog } from './bench-backlog.ts';
import { benchWaits } from './bench-waits.ts';

/** On the running stack `test`, whose adapter asks load-vision. */
export async function benchFairness(stack: StackControl): Promise<void> {
  await stack.restart('graph-gateway', { MUTATIONS_PER_MINUTE: '1000000' });
  await benchWaits(stack);
  await benchBacklog(stack);
  await stopFloods();
}
