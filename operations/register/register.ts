// `audit` and `register rebuild`, by the orchestrator's door.
import type { AuditPage, RebuildProgress } from '../../contracts/acts.ts';
import { delay } from '../../platform/retry.ts';
import { readId, UsageError, type Options, type Print } from '../command-line/arguments.ts';
import { columns } from '../command-line/columns.ts';
import type { Door } from '../command-line/door.ts';

const pageEntries = 500;
const millisecondsOf: Readonly<Record<string, number>> = {
  ...{ m: 60_000, h: 3_600_000, d: 86_400_000 },
};

/**
 * Who did what, when and why, the newest first, up to `--first`; with `--json` an entry a line.
 *
 * @throws {UsageError} an invalid id, owner or `--since`.
 */
export async function listAudit(
  door: Pick<Door, 'audit'>,
  id: string | undefined,
  {
    owner,
    actor,
    since,
    first,
    json,
  }: Pick<Options, 'owner' | 'actor' | 'since' | 'first' | 'json'>,
  print: Print,
): Promise<string[]> {
  const query = new URLSearchParams({ first: String(Math.min(Number(first), pageEntries)) });
  if (id !== undefined) query.set('correlationId', readId(id));
  if (owner !== undefined) query.set('owner', owner);
  if (actor !== undefined) query.set('actor', actor);
  if (since !== undefined) query.set('from', new Date(Date.now() - readAge(since)).toISOString());
  const entries: AuditPage['items'][number][] = [];
  for (let more = true; more && entries.length < Number(first);) {
    const { items, hasNextPage } = await door.audit(query);
    entries.push(...items);
    query.set('after', items.at(-1)?.cursor ?? '');
    more = hasNextPage;
  }
  const shown = entries.slice(0, Number(first));
  if (json) {
    for (const { cursor: _, ...entry } of shown) print(JSON.stringify(entry));
    return [];
  }
  return shown.length === 0 ? ['nothing was done'] : columns([heading, ...shown.map(rowOf)]);
}

function readAge(since: string): number {
  const [, amount, unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(since) ?? [];
  if (amount === undefined)
    throw new UsageError(`invalid --since '${since}': expected 30m, 2h or 7d`);
  return Number(amount) * (millisecondsOf[unit] ?? 0);
}

const heading = ['WHEN', 'WHO', 'WHAT', 'OUTCOME', 'CORRELATION ID', 'OWNER', 'WHY'];

const rowOf = (entry: AuditPage['items'][number]): string[] => [
  entry.at.slice(0, 19).replace('T', ' '),
  entry.actor,
  entry.action,
  [entry.outcome.toLowerCase(), entry.code].filter(Boolean).join(' '),
  entry.correlationId ?? '',
  entry.owner ?? '',
  entry.reason ?? '',
];

/**
 * Has the register read everything again that its sources and Temporal hold, and says how far it is until
 * no gap is left. Ended in between, the register goes on; repeating it begins again.
 */
export async function rebuildRegister(
  door: Pick<Door, 'beginRebuild' | 'rebuildProgress'>,
  print: Print,
  pollMs = 1_000,
): Promise<string[]> {
  await door.beginRebuild();
  print('begun: sources are read from their beginning, what they lost is filled in from Temporal');
  for (let before = ''; ;) {
    const { sources } = await door.rebuildProgress();
    const now = sources.map(lineOf).join('\n');
    if (now !== before) sources.map(lineOf).forEach(print);
    if (sources.every(({ gapSince }) => gapSince === null)) break;
    before = now;
    await delay(pollMs);
  }
  return ['rebuilt: what owners said was left alone'];
}

const lineOf = ({ source, offset, gapSince }: RebuildProgress['sources'][number]) =>
  `  ${source}: ${offset === null ? 'at its beginning' : `read to ${offset}`}${gapSince === null ? '' : ', gap not filled yet'}`;
