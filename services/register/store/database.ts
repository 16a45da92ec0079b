// PostgreSQL as the register uses it: the tables with their columns, and one pool.
import { Kysely, PostgresDialect, type Generated } from 'kysely';
import pg from 'pg';
import type { Action, AuditEntry, Correction } from '../../../contracts/acts.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import type {
  EvidenceItem,
  Failure,
  RecognitionResult,
  ResultFields,
} from '../../../contracts/recognition.ts';
import type { AnalysisState, RegisteredAnalysis } from '../../../contracts/rest.ts';
import type { Logger } from '../../../platform/logger.ts';

/** How a run ended; all null or empty while it runs. */
interface EndColumns {
  completed_at: Date | null;
  success: boolean | null;
  provider: ResultFields['provider'];
  aggregate: ResultFields['aggregate'];
  status: ResultFields['status'];
  reasons: string[];
  unsupported_features: string[];
  failure: Failure | null;
  /** Of the tables and rules that weighed what the provider saw; null in rows of an earlier version. */
  rules_version: string | null;
  /** What on the photo the result rests on; null in rows of an earlier version. */
  evidence: EvidenceItem[] | null;
  duplicate_of: string | null;
}

/** One row for each run of each analysis: what events have said of it. */
export interface RunRow extends EndColumns {
  correlation_id: string;
  run_id: string;
  started_at: Date;
}

/** One row for each upload, drawn from it and its runs. Without a run so far, `run_id` is null. */
export interface AnalysisRow extends EndColumns {
  correlation_id: string;
  owner: string;
  object_key: string;
  content_type: RegisteredAnalysis['contentType'];
  bytes: number | null;
  checksum: string | null;
  uploaded_at: Date | null;
  run_id: string | null;
  state: AnalysisState | null;
  started_at: Date | null;
  /** What lists are narrowed and searched by: the corrected values where there are any. */
  brand: string | null;
  type: string | null;
  model: string | null;
  is_confident: boolean | null;
  redo: RegisteredAnalysis['redo'];
  /** A copy of the row in `corrections`, which is the truth. */
  correction: Correction | null;
  /** The newest of its times: retention counts from it. */
  last_at: Date;
}

/** The words of an analysis, each with the place of its row in the lists: a page of them is one index scan. */
interface WordRow {
  owner: string;
  word: string;
  started_at: Date;
  correlation_id: string;
}

/** What the owner says the machine is. Rebuilding leaves it alone, as it does deletions. */
export interface CorrectionRow {
  correlation_id: string;
  owner: string;
  brand: string | null;
  type: string | null;
  model: string | null;
  corrected_at: Date;
}

/** A tombstone: events that are still on their way bring nothing back. */
interface DeletionRow {
  correlation_id: string;
  owner: string;
  deleted_at: Date;
  /** When photo, preview and runs were gone. */
  erased_at: Date | null;
}

/** A recognition that was made, kept until the events of its run have certainly been read. */
interface RecognitionRow {
  correlation_id: string;
  /** Empty where no workflow asked. */
  run_id: string;
  owner: string;
  checksum: string;
  recognition: RecognitionResult;
  made_at: Generated<Date>;
}

/** Written once, never changed. */
export interface AuditRow {
  id: Generated<string>;
  at: Generated<Date>;
  actor: string;
  action: Action;
  correlation_id: string | null;
  owner: string | null;
  details: Pick<AuditEntry, 'code' | 'reason'> | null;
  /** Shared by the beginning and the end of one act. */
  act_id: string | null;
  outcome: Generated<AuditEntry['outcome']>;
}

/** An event that was decided on together with other rows, and is still to be published. */
interface OutboxRow {
  id: Generated<string>;
  event_id: string;
  event: DomainEvent;
}

/** How far a source has been read: a stream queue, or a partition of a topic. */
export interface PositionRow {
  source: string;
  /** Counted up when the source was made anew, or is to be read again: offsets of before mean nothing. */
  generation: number;
  /** Of the last message applied; a bigint, which PostgreSQL's client gives as text. */
  offset: string | null;
  /** Of the same message: another id there means that the source was made anew. */
  event_id: string | null;
  event_at: Date | null;
  /** Events since then may be missing, and are to be filled in from Temporal. */
  gap_since: Date | null;
}

export interface Database {
  analyses: AnalysisRow;
  runs: RunRow;
  words: WordRow;
  corrections: CorrectionRow;
  deletions: DeletionRow;
  audit: AuditRow;
  positions: PositionRow;
  outbox: OutboxRow;
  recognitions: RecognitionRow;
}
export type RegisterDb = Kysely<Database>;

const mostConnections = 10;
const connectLimitMs = 3_000;
const queryLimitMs = 30_000;

/** Connects with the first query; every later one connects again where the connection was lost. */
export function connectDatabase(url: string, logger: Logger): RegisterDb {
  const pool = new pg.Pool({
    connectionString: url,
    max: mostConnections,
    connectionTimeoutMillis: connectLimitMs,
    query_timeout: queryLimitMs,
    statement_timeout: queryLimitMs - 5_000, // or it goes on in the server, and the next query waits for it
    keepAlive: true,
  });
  // Without a listener an idle connection that breaks would end the process, and so would one in use.
  const onError = (error: Error) => logger.warn({ err: error }, 'PostgreSQL connection lost');
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

const sqlStateOf = (error: unknown) =>
  error instanceof pg.DatabaseError ? (error.code ?? '') : undefined;

/** The database refuses these values, whenever they come: a text with a zero byte, a number too large. */
export const isDataError = (error: unknown): boolean => /^(22|23|54)/.test(sqlStateOf(error) ?? '');

/** No connection, or a server that starts, stops or is full: worth another try. */
export const isUnavailable = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state !== undefined) return /^(08|25P03|40|53|57)/.test(state);
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return (
    /^E[A-Z]+$/.test(code ?? '') ||
    /^(Connection terminated|Query read timeout|timeout exceeded|Client (was closed|has encountered))/.test(
      message ?? '',
    )
  );
};
