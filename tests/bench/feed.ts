// The trial of the three gateways with more of everything; the long tests run it with less.
import type { StackControl } from '../../infra/supervisor/control-client.ts';
import { gateways, tryThreeGateways, type Load } from '../support/three-gateways/trial.ts';
import { printTable } from '../support/measure/figures.ts';

const rounds = 3;
const load: Load = { owners: 60, analysesEach: 180, pauseMs: 150, cutProbability: 0.15 };

export async function benchFeed(stack: StackControl): Promise<void> {
  await Promise.all(gateways.slice(1).map((name) => stack.start(name)));
  const rows: string[][] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const verdict = await tryThreeGateways(stack, load);
    rows.push([`${round}.`, ...Object.values(verdict).map(String)]);
  }
  printTable(
    `${load.owners} owners at three gateways: one killed, all restarted in turn, connections cut every 50 ms,\n` +
      'those of RabbitMQ closed by force and the broker restarted (aim: 0 of each fault)',
    ['round', 'events', 'lost', 'twice', 'out of order', 'foreign', 'connections', 'missed by'],
    rows,
  );
}
