// A page of an owner's history through gateway and register: behind 1,000 and 10,000 rows of hers.
import { decodeJwt } from 'jose';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { databaseUrl } from '../../infra/stack/environment.ts';
import type { StackControl } from '../../infra/supervisor/control-client.ts';
import { silentLogger } from '../../platform/logger.ts';
import { applyChanges } from '../../services/register/store/apply-changes.ts';
import { connectDatabase } from '../../services/register/store/database.ts';
import { post } from '../support/gateway/requests.ts';
import { beginStory } from '../support/harness/users.ts';
import { milliseconds, printTable, spreadOf } from '../support/measure/figures.ts';
import { goodEnd, newChange, newRun } from '../support/register/changes.ts';

const pasts = [1_000, 10_000];
const rounds = { warmUp: 20, measured: 200 };
const rowsAtOnce = 500;
const page =
  'edges { cursor node { correlationId state recognitionPayload { aggregate { name } } } }';
const lists = {
  'first page': `{ analyses(first: 20) { ${page} } }`,
  'with its count': `{ analyses(first: 20) { totalCount ${page} } }`,
  'by text': `{ analyses(first: 20, text: "320d") { ${page} } }`,
};

/** On the running stack `test`. */
export async function benchLists(stack: StackControl): Promise<void> {
  const story = await beginStory();
  const gateway = { url: `${stack.url('graph-gateway')}/graphql` };
  const rows: string[][] = [];
  for (const past of pasts) {
    const token = await story.newUser().token({ renew: false });
    await writeRows(stack, ownerFrom(decodeJwt(token), ['iss', 'sub']), past);
    for (const [name, query] of Object.entries(lists)) {
      const times: number[] = [];
      for (let round = -rounds.warmUp; round < rounds.measured; round += 1) {
        const begun = performance.now();
        const answer = await post(gateway, query, { token });
        const { errors } = (await answer.json()) as { errors?: unknown };
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        if (round >= 0) times.push(performance.now() - begun);
      }
      const { p50, p95 } = spreadOf(times);
      rows.push([String(past), name, milliseconds(p50), milliseconds(p95)]);
    }
  }
  printTable(
    'a page of 20 through gateway and register, asked one by one',
    ['rows', 'list', 'p50', 'p95'],
    rows,
    [1],
  );
}

async function writeRows({ stack }: StackControl, owner: string, count: number): Promise<void> {
  const db = connectDatabase(databaseUrl(stack), silentLogger());
  try {
    for (let done = 0; done < count; done += rowsAtOnce) {
      const changes = Array.from({ length: rowsAtOnce }, (_, n) => {
        const at = new Date(Date.UTC(2026, 0, 1) + (done + n) * 60_000);
        return newChange({ owner, runs: [newRun(at, goodEnd(at))] });
      });
      await db.transaction().execute((trx) => applyChanges(trx, changes));
    }
  } finally {
    await db.destroy();
  }
}
