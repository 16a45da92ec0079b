// What recognition is scored against: answers of Vision, each with what its picture shows.
import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { aggregateSchema, type Aggregate } from '../../../contracts/recognition.ts';
import { taxonomy } from '../../../services/vision-adapter/recognition/tables/taxonomy.ts';
import { visionResponse } from '../../support/recognition/response-builder.ts';
import type { Named } from '../../support/recognition/fixture.ts';
import { truthSet } from '../../support/recognition/truth-set.ts';
import type { AnnotateImageResponse } from '../../../services/vision-adapter/vision/vision-client.ts';
import { drawnPhotos } from '../../support/recognition/drawn-photos.ts';
import { startPhotoReader } from '../../support/recognition/photo-reader.ts';
import { readAnswer } from '../../support/recognition/read-answer.ts';

export interface Case {
  readonly name: string;
  readonly response: AnnotateImageResponse;
  readonly shows: Named;
  /** Brand and type can be told from this answer. */
  readonly identifiable: boolean;
}

export const truthCases = (): Case[] =>
  Object.entries(truthSet).map(([name, { sees, shows, hidden }]) => ({
    name,
    response: visionResponse(sees),
    shows,
    identifiable: shows[0] !== null && shows[1] !== null && hidden !== true,
  }));

/** The samples and five more machines, six variants each, drawn and read now: about a minute. */
export async function drawnCases(): Promise<Case[]> {
  const reader = await startPhotoReader();
  const cases: Case[] = [];
  try {
    for (const { name, shows, render } of drawnPhotos(5))
      cases.push({
        name,
        shows,
        response: await reader.read(await render()),
        identifiable: true,
      });
  } finally {
    await reader.stop();
  }
  return cases;
}

const truthFile = 'truth.json';
const example = '{"a.jpg": {"brand": "Volvo", "type": "Excavator", "model": "EC220E"}}';
const name = z.string().nullable().default(null);
const truthSchema = z.record(
  z.string(),
  z.object({
    ...{ brand: name, type: name, model: name, identifiable: z.boolean().optional() },
    answer: aggregateSchema.optional().describe('what was answered, where that is known'),
  }),
);

/**
 * A folder of recorded answers (.json) and photos. Its `truth.json` says per file name what it shows:
 * `{"a.jpg": {"brand": "Volvo", "type": "Excavator", "model": "EC220E"}}`; what is left out or null is
 * not known, and `"identifiable": false` says that nobody could tell.
 *
 * @throws {Error} no truth file, or one that names no file of the folder: the message says what to do.
 */
export async function folderCases(folder: string): Promise<Case[]> {
  const truth = await readTruth(join(folder, truthFile));
  const files = (await readdir(folder))
    .filter((file) => file !== truthFile && file in truth)
    .sort();
  if (files.length === 0)
    throw new Error(
      `${join(folder, truthFile)}: names no file of its folder; name them as in ${example}`,
    );
  const photos = files.some((file) => extname(file) !== '.json');
  const reader = photos ? await startPhotoReader() : undefined;
  const cases: Case[] = [];
  try {
    for (const file of files) {
      const { brand = null, type = null, model = null, identifiable } = truth[file] ?? {};
      const bytes = await readFile(join(folder, file));
      const response =
        extname(file) === '.json' ? readAnswer(bytes.toString()) : await reader?.read(bytes);
      if (response === undefined) continue;
      cases.push({
        name: file,
        response,
        shows: [brand, type, model],
        identifiable: identifiable ?? (brand !== null && type !== null),
      });
    }
  } finally {
    await reader?.stop();
  }
  return cases;
}

async function readTruth(path: string): Promise<z.infer<typeof truthSchema>> {
  try {
    return truthSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`${path}: invalid; it says what each file shows, as in ${example}`, {
      cause: error,
    });
  }
}

/** What was answered about a photo, and what its owner says that it shows. */
export interface Answered extends Omit<Case, 'response'> {
  readonly answer: Aggregate;
}

/**
 * The entries of a truth file that hold what was answered, as `npm run ops -- corrections export` writes
 * them. People write names in any case: one that differs from ours in that alone is ours.
 *
 * @throws {Error} no truth file: the message says what to do.
 */
export async function answeredCases(file: string): Promise<Answered[]> {
  return Object.entries(await readTruth(file)).flatMap(([name, entry]) => {
    const { brand, type, model, answer, identifiable } = entry;
    if (answer === undefined) return [];
    const shows: Named = [
      spelledAs(brand, [answer.brand]),
      spelledAs(type, [answer.type, ...Object.keys(taxonomy)]),
      model,
    ];
    return { name, answer, shows, identifiable: identifiable ?? (brand !== null && type !== null) };
  });
}

const spelledAs = (said: string | null, known: readonly (string | null)[]) =>
  known.find((one) => one !== null && one.toLowerCase() === said?.toLowerCase()) ?? said;
