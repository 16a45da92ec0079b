// `npm run recognize -- <photo or answer.json> ...`: what recognition makes of it, claim by claim, to
// tune the rules. Exit code: 0 all read, 1 some were not, 2 wrong usage.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { weigh } from '../../services/vision-adapter/recognition/aggregate.ts';
import { rulesWithout, type Rules } from '../../services/vision-adapter/recognition/rules.ts';
import type { AnnotateImageResponse } from '../../services/vision-adapter/vision/vision-client.ts';
import { describeWeighing, type WeighingDescription } from './describe-weighing.ts';
import {
  localVision,
  startPhotoReader,
  type PhotoReader,
} from '../../tests/support/recognition/photo-reader.ts';
import { printTables } from './print-tables.ts';
import { readAnswer } from '../../tests/support/recognition/read-answer.ts';

const usage = `Usage: npm run recognize -- <photo or answer.json> ... [--json] [--without <rule>]

A photo is read by the Vision service at VISION_ENDPOINT, or without one by local-vision in this process.
answer.json is a recorded answer of Vision: one, a batch, or what a client call resolves to.
--json prints one JSON document on stdout, and nothing else: a list with an entry per file.
--without leaves a rule out, to see what it does; their names: services/vision-adapter/recognition/rules.ts`;

let reader: PhotoReader | undefined;

try {
  process.exitCode = await run();
} finally {
  await reader?.stop();
}

async function run(): Promise<number> {
  const given = readArguments();
  if (given === undefined) return 2;
  const entries: Entry[] = [];
  for (const path of given.paths) {
    const entry = await readEntry(path, given.rules);
    entries.push(entry);
    if (entry.error !== null) console.error(`\n== ${path}: ${entry.error}`);
    else if (!given.json) {
      console.log(`\n== ${path} (${entry.readMs} ms to read)`);
      printTables(entry);
    }
  }
  if (given.json) console.log(JSON.stringify(entries, null, 2));
  return entries.every(({ error }) => error === null) ? 0 : 1;
}

/** What `--json` prints for each file. */
type Entry =
  | ({ readonly path: string; readonly error: null; readonly readMs: number } & WeighingDescription)
  | { readonly path: string; readonly error: string };

async function readEntry(path: string, rules: Rules): Promise<Entry> {
  try {
    const began = performance.now();
    const answer = await answerFor(path);
    const readMs = Math.round(performance.now() - began);
    return { path, error: null, readMs, ...describeWeighing(weigh(answer, rules)) };
  } catch (error) {
    const provider =
      reader === undefined || reader.provider === localVision
        ? ''
        : ` (answered by ${reader.provider}; unset VISION_ENDPOINT to read the photo in this process)`;
    return { path, error: `${explain(error)}${provider}` };
  }
}

function readArguments(): { paths: string[]; rules: Rules; json: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        without: { type: 'string', multiple: true },
        help: { type: 'boolean' },
      },
    });
    if (positionals.length > 0 && values.help !== true)
      return {
        paths: positionals,
        rules: rulesWithout(...(values.without ?? [])),
        json: values.json,
      };
    console.error(usage);
  } catch (error) {
    console.error(`${explain(error)}\n\n${usage}`);
  }
  return undefined;
}

async function answerFor(path: string): Promise<AnnotateImageResponse> {
  const bytes = await readFile(path);
  if (path.endsWith('.json')) return readAnswer(bytes.toString());
  reader ??= await startPhotoReader();
  return reader.read(bytes);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { detail } = error as { detail?: unknown };
  return typeof detail === 'string' ? `${error.message}: ${detail}` : error.message;
}
