// The tables, in the order in which they came. Expand, then contract: a version that is still running
// must find its columns, so what nobody reads any more is dropped one release later.
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const end = sql`
  completed_at timestamptz,
  success boolean,
  provider jsonb,
  aggregate jsonb,
  status text,
  reasons text[] not null default '{}',
  unsupported_features text[] not null default '{}',
  failure jsonb,
  rules_version text,
  evidence jsonb,
  duplicate_of uuid`;

const tables = [
  sql`create table analyses (
    correlation_id uuid primary key,
    owner text not null,
    object_key text not null,
    content_type text,
    bytes integer,
    checksum text,
    uploaded_at timestamptz,
    run_id text,
    state text,
    started_at timestamptz,
    ${end},
    brand text,
    type text,
    model text,
    is_confident boolean,
    redo jsonb,
    last_at timestamptz not null
  )`,
  sql`create table runs (
    correlation_id uuid not null references analyses on delete cascade,
    run_id text not null,
    started_at timestamptz not null,
    ${end},
    primary key (correlation_id, run_id)
  )`,
  sql`create table words (
    owner text not null,
    word text not null,
    started_at timestamptz not null,
    correlation_id uuid not null references analyses on delete cascade,
    primary key (owner, word, started_at, correlation_id)
  )`,
  sql`create table corrections (
    correlation_id uuid primary key,
    owner text not null,
    brand text,
    type text,
    model text,
    corrected_at timestamptz not null
  )`,
  sql`create table deletions (
    correlation_id uuid not null,
    owner text not null,
    deleted_at timestamptz not null,
    primary key (correlation_id, owner)
  )`,
  sql`create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    correlation_id uuid,
    owner text,
    details jsonb
  )`,
  sql`create table positions (
    source text primary key,
    generation integer not null default 0,
    "offset" bigint,
    event_id text,
    event_at timestamptz,
    gap_since timestamptz
  )`,
];

/** One index for each filter, all of them in the order of the lists: a page reads no more than its rows. */
const indexes = [
  sql`create index analyses_by_start on analyses (owner, started_at, correlation_id)`,
  sql`create index analyses_by_state on analyses (owner, state, started_at, correlation_id)`,
  sql`create index analyses_by_brand on analyses (owner, lower(brand), started_at, correlation_id)`,
  sql`create index analyses_by_type on analyses (owner, lower(type), started_at, correlation_id)`,
  sql`create index analyses_by_confident on analyses (owner, is_confident, started_at, correlation_id)`,
  sql`create index analyses_by_checksum on analyses (owner, checksum)`,
  sql`create index analyses_by_last on analyses (last_at)`,
  sql`create index words_of_analysis on words (correlation_id, word)`,
  sql`create index audit_of_analysis on audit (correlation_id)`,
  sql`create index audit_by_time on audit (at)`,
  sql`create index deletions_by_time on deletions (deleted_at)`,
];

const acts = [
  sql`alter table analyses add column correction jsonb`,
  // object_key is of an earlier version: nobody reads or writes it.
  sql`alter table deletions add column object_key text, add column erased_at timestamptz`,
  sql`alter table audit add column act_id uuid, add column outcome text not null default 'DONE'`,
  sql`create table outbox (
    id bigint generated always as identity primary key,
    event_id text not null,
    event jsonb not null
  )`,
  sql`create unique index audit_by_act on audit (act_id, outcome)`,
  sql`create index audit_by_owner on audit (owner, id)`,
  sql`create index audit_by_actor on audit (actor, id)`,
  sql`create index deletions_to_erase on deletions (deleted_at, correlation_id) where erased_at is null`,
];

/** What was recognised lately, which events bring a moment later; and what was asked of a provider, by photo. */
const recognitions = [
  sql`create table recognitions (
    correlation_id uuid not null references analyses on delete cascade,
    run_id text not null,
    owner text not null,
    checksum text not null,
    recognition jsonb not null,
    made_at timestamptz not null default now(),
    primary key (correlation_id, run_id)
  )`,
  sql`create index recognitions_by_checksum on recognitions (owner, checksum)`,
  sql`create index recognitions_by_time on recognitions (made_at)`,
  sql`create index analyses_recognised on analyses (owner, checksum, started_at)
    where success and duplicate_of is null`,
];

/** By name, and applied in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-register': {
    async up(db: Kysely<unknown>) {
      for (const statement of [...tables, ...indexes]) await statement.execute(db);
    },
  },
  '002-acts': {
    async up(db: Kysely<unknown>) {
      for (const statement of acts) await statement.execute(db);
    },
  },
  '003-changes-of-an-owner': {
    async up(db: Kysely<unknown>) {
      await sql`create index analyses_by_change on analyses (owner, last_at)`.execute(db);
    },
  },
  '004-recognitions': {
    async up(db: Kysely<unknown>) {
      for (const statement of recognitions) await statement.execute(db);
    },
  },
};
