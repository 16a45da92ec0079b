// An owner's analyses as a file: through a cursor of the database, so that neither it nor we ever hold
// more than a few hundred rows, and all of them as they were at one moment.
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { sql } from 'kysely';
import type { ExportQuery, RegisteredAnalysis } from '../../../contracts/rest.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RegisterDb } from '../store/database.ts';
import { asAnalysis, filterAnalyses, shownColumns, type ShownRow } from './filter-analyses.ts';

const rowsAtOnce = 500;
/** Each holds a connection for as long as its reader reads. */
const mostAtOnce = 3;

/** How the file is to be taken and to be named; the body is made as it is read. */
export interface Export {
  readonly contentType: string;
  readonly filename: string;
  readonly body: ReadableStream<Uint8Array>;
}

export function createExporter(db: RegisterDb): (query: ExportQuery) => Promise<Export> {
  let running = 0;

  async function* counted(query: ExportQuery): AsyncGenerator<Buffer> {
    running += 1;
    try {
      yield* readFile(db, query);
    } finally {
      running -= 1;
    }
  }

  return async (query) => {
    if (running >= mostAtOnce)
      throw new Problem(503, 'BUSY', `${mostAtOnce} exports are running: try again`, {
        retryAfter: 5,
      });
    const file = counted(query);
    await file.next(); // the cursor is open; a database that is unavailable is answered as such
    return {
      contentType: formats[query.format].contentType,
      filename: `analyses.${query.format}`,
      body: Readable.toWeb(Readable.from(file)) as ReadableStream<Uint8Array>,
    };
  };
}

/** Page by page; what comes first is empty, and says that the cursor is open. */
async function* readFile(db: RegisterDb, query: ExportQuery): AsyncGenerator<Buffer> {
  const { rows, place } = filterAnalyses(db, query);
  const { head, page } = formats[query.format];
  const all = rows.select(shownColumns).orderBy(place);
  const trx = await db.startTransaction().setAccessMode('read only').execute();
  try {
    // A reader that stands still must not hold a snapshot of the database for ever.
    await sql`set local idle_in_transaction_session_timeout = '60s'`.execute(trx);
    await sql`declare export no scroll cursor for ${all}`.execute(trx);
    yield Buffer.alloc(0);
    yield Buffer.from(head(query));
    for (;;) {
      const fetched = await sql<ShownRow>`fetch ${sql.lit(rowsAtOnce)} from export`.execute(trx);
      const found = fetched.rows.map((row) => asRow(asAnalysis(row)));
      if (found.length > 0) yield Buffer.from(page(found, query));
      if (found.length < rowsAtOnce) break;
    }
  } finally {
    await trx.rollback().execute();
  }
}

type Row = ReturnType<typeof asRow>;

/** A list is no cell of a table. */
type OnlyInJsonl = 'evidence';

/** Flat; maker and model, the corrected ones if there are any, also by the names of ISO 15143-3. */
const asRow = ({ aggregate, failure, provider, correction, ...analysis }: RegisteredAnalysis) => ({
  correlationId: analysis.correlationId,
  state: analysis.state,
  uploadedAt: analysis.uploadedAt,
  startedAt: analysis.startedAt,
  completedAt: analysis.completedAt,
  OEMName: (correction ?? aggregate)?.brand ?? null,
  Model: (correction ?? aggregate)?.model ?? null,
  brand: aggregate?.brand ?? null,
  type: aggregate?.type ?? null,
  model: aggregate?.model ?? null,
  name: aggregate?.name ?? null,
  status: analysis.status,
  isConfident: aggregate?.isConfident ?? null,
  confidence: aggregate?.confidence ?? null,
  brandConfidence: aggregate?.brandConfidence ?? null,
  typeConfidence: aggregate?.typeConfidence ?? null,
  modelConfidence: aggregate?.modelConfidence ?? null,
  reasons: analysis.reasons.join(' '),
  failureCode: failure?.code ?? null,
  failureMessage: failure?.message ?? null,
  provider: provider?.name ?? null,
  contentType: analysis.contentType,
  bytes: analysis.bytes,
  checksum: analysis.checksum,
  objectKey: analysis.objectKey,
  duplicateOf: analysis.duplicateOf,
  correctedBrand: correction?.brand ?? null,
  correctedType: correction?.type ?? null,
  correctedModel: correction?.model ?? null,
  correctedAt: correction?.correctedAt ?? null,
  evidence: analysis.evidence,
});

/** The header stands also where there are no rows. */
const exportColumns: readonly Exclude<keyof Row, OnlyInJsonl>[] = [
  'correlationId',
  'state',
  'uploadedAt',
  'startedAt',
  'completedAt',
  'OEMName',
  'Model',
  'brand',
  'type',
  'model',
  'name',
  'status',
  'isConfident',
  'confidence',
  'brandConfidence',
  'typeConfidence',
  'modelConfidence',
  'reasons',
  'failureCode',
  'failureMessage',
  'provider',
  'contentType',
  'bytes',
  'checksum',
  'objectKey',
  'duplicateOf',
  'correctedBrand',
  'correctedType',
  'correctedModel',
  'correctedAt',
];

const formats = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: ({ dialect }: ExportQuery) => csv([], dialect, true),
    page: (rows: readonly Row[], { dialect }: ExportQuery) => csv(rows, dialect, false),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: () => '',
    page: (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  },
} as const;

/** RFC 4180. Excel in Danish reads semicolons, decimal commas, and UTF-8 by its byte order mark alone. */
function csv(rows: readonly Row[], dialect: ExportQuery['dialect'], header: boolean): string {
  const isDanish = dialect === 'excel-da';
  return stringify([...rows], {
    header,
    columns: [...exportColumns],
    record_delimiter: 'windows',
    delimiter: isDanish ? ';' : ',',
    bom: isDanish && header,
    escape_formulas: true, // a spreadsheet would run a cell that begins with =, +, -, @
    cast: {
      boolean: String,
      number: (value) => (isDanish ? String(value).replace('.', ',') : String(value)),
      // Line breaks in cells break imports.
      string: (value) => value.replaceAll(/[\r\n]+/g, ' '),
    },
  });
}
