// `npm run recognize -- <photo or answer.json> ...`: what recognition makes of it, claim by claim, for
// whoever tunes the rules. Exit code: 0 all read, 1 some were not, 2 wrong usage.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { weigh } from '../../services/vision-adapter/recognition/aggregate.ts';
import { rulesWithout, type Rules } from '../../services/vision-adapter/recognition/rules.ts';
import type { AnnotateImageResponse } from '../../services/vision-adapter/vision/vision-client.ts';
import { localVision, startPhotoReader, type PhotoReader } from './photo-reader.ts';
import { printWeighing } from './print.ts';
import { readAnswer } from './read-answer.ts';

const usage = `Usage: npm run recognize -- <photo or answer.json> ... [--without <rule>]

A photo is looked at by the Vision at VISION_ENDPOINT, or without one by local-vision in this process.
answer.json is a recorded answer of Vision: one, a batch, or what a client call resolves to.
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
  let failed = 0;
  for (const path of given.paths) {
    try {
      const began = performance.now();
      const answer = await answerFor(path);
      console.log(`\n== ${path} (${(performance.now() - began).toFixed(0)} ms to read)`);
      printWeighing(weigh(answer, given.rules));
    } catch (error) {
      failed += 1;
      console.error(`\n== ${path}: ${explain(error)}`);
      if (reader !== undefined && reader.provider !== localVision)
        console.error(`${reader.provider} was asked; without VISION_ENDPOINT it is read here.`);
    }
  }
  return failed === 0 ? 0 : 1;
}

function readArguments(): { paths: string[]; rules: Rules } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { without: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    });
    if (positionals.length > 0 && values.help !== true)
      return { paths: positionals, rules: rulesWithout(...(values.without ?? [])) };
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
