import type { Client } from '@temporalio/client';
import type { AnalysesPage, AnalysesQuery } from '../../../contracts/rest.ts';
import { workflowTypes } from '../../../contracts/topology.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { describeRun, type Run } from './describe-run.ts';
import { newestFirst, positionOf, withoutSuperseded, type Position } from './newest-runs.ts';

const timeoutMs = 5_000;

/**
 * One owner's analyses, newest start first, the newest run of each.
 *
 * Temporal lists in an order of its own (running first, then by close), so a page is cut out of
 * windows of start times. Lists lag a moment behind: a run that has just begun may be missing.
 *
 * @throws {Problem} 422 an invalid cursor.
 */
export async function listAnalyses(
  temporal: Temporal,
  { owner, first, after }: AnalysesQuery,
): Promise<AnalysesPage> {
  const position = after === undefined ? undefined : readCursor(after);
  return temporal.withTimeout(timeoutMs, async (client) => {
    const runs = await newestRuns(client, owner, position, first + 1);
    const page = await Promise.all(
      runs.slice(0, first).map(async (run) => ({
        ...(await describeRun(client, run)),
        cursor: writeCursor(positionOf(run)),
      })),
    );
    return { items: page, hasNextPage: runs.length > first };
  });
}

const writeCursor = ({ startMs, runId }: Position) =>
  Buffer.from(`${startMs}:${runId}`).toString('base64url');

/** 13 digits last until the year 2286; with 15, Temporal would be asked for years that it cannot read. */
function readCursor(cursor: string): Position {
  const [, startMs, runId] =
    /^(\d{1,13}):([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (startMs !== undefined && runId !== undefined) return { startMs: Number(startMs), runId };
  const allowed = 'must be a cursor returned by this list';
  throw new Problem(422, 'INVALID', `after: ${allowed}`, { errors: { after: [allowed] } });
}

const day = 24 * 60 * 60 * 1000;
const widestWindowMs = 30 * day;
const narrowestWindowMs = 1_000;

async function newestRuns(
  client: Client,
  owner: string,
  after: Position | undefined,
  wanted: number,
): Promise<Run[]> {
  const most = wanted * 4; // what one window may hold: enough for a page, not a whole history
  const found: Run[] = [];
  let before = after === undefined ? Date.now() + day : after.startMs + 1;
  while (found.length < wanted && (await countRuns(client, owner, 0, before)) > 0) {
    let from = 0;
    let span = 2 * widestWindowMs;
    while (span > narrowestWindowMs && (await countRuns(client, owner, from, before)) > most) {
      span = Math.ceil(span / 2);
      from = before - span;
    }
    const runs: Run[] = [];
    const query = startedBetween(owner, from, before);
    for await (const run of client.workflow.list({ query })) runs.push(run);
    runs.sort((a, b) => newestFirst(positionOf(a), positionOf(b)));
    const behind = runs.filter(
      (run) => after === undefined || newestFirst(after, positionOf(run)) < 0,
    );
    found.push(...(await withoutSuperseded(client, behind)));
    before = from;
  }
  return found.slice(0, wanted);
}

const startedBetween = (owner: string, fromMs: number, beforeMs: number) =>
  [
    `WorkflowType = '${workflowTypes.analyzeImage}'`,
    `Owner = '${owner}'`,
    `StartTime >= '${new Date(fromMs).toISOString()}'`,
    `StartTime < '${new Date(beforeMs).toISOString()}'`,
  ].join(' AND ');

async function countRuns(client: Client, owner: string, fromMs: number, beforeMs: number) {
  return (await client.workflow.count(startedBetween(owner, fromMs, beforeMs))).count;
}
