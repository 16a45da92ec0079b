// What a look at a photo brings and costs: the same photos by each effort, with the product's rules behind.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ocrModelsFolder } from '../../../infra/native/install/ocr-models.ts';
import { lookAtImage } from '../../../infra/emulators/vision/reading/look-at-image.ts';
import { loadTextEngine } from '../../../infra/emulators/vision/reading/read-text.ts';
import {
  chooseReadingPlan,
  type ReadingPlan,
} from '../../../infra/emulators/vision/reading/reading-plans.ts';
import { hasV6Models } from '../../../infra/emulators/vision/reading/text-models.ts';
import { aggregate } from '../../../services/vision-adapter/recognition/aggregate.ts';
import { guardDecoder, normalise } from '../../../services/vision-adapter/photo/normalise-image.ts';
import { printTable, spreadOf } from '../../support/measure/figures.ts';
import { hardPhotos } from '../../support/recognition/drawn-photos.ts';
import type { Named } from '../../support/recognition/fixture.ts';
import { grade } from '../../support/recognition/grade.ts';
import { visionResponse } from '../../support/recognition/response-builder.ts';
import { readTruth, truthFile } from './cases.ts';

interface NamedPhoto {
  readonly shows: Named;
  readonly bytes: Buffer;
}

/** @param folder photos with a `truth.json`; absent: hard photos that are drawn now. */
export async function benchLooks(folder: string | undefined): Promise<void> {
  const photos = folder === undefined ? await drawHardPhotos() : await photosOf(folder);
  const models = ocrModelsFolder();
  const hasV6 = hasV6Models(models);
  const { first } = chooseReadingPlan('normal', hasV6);
  const plans: Readonly<Record<string, ReadingPlan>> = {
    fast: chooseReadingPlan('fast', hasV6),
    'normal, one look': { first },
    normal: chooseReadingPlan('normal', hasV6),
    thorough: chooseReadingPlan('thorough', hasV6),
  };
  const rows: string[][] = [];
  for (const [name, plan] of Object.entries(plans))
    rows.push([name, ...(await readAll(photos, plan, models))]);
  printTable(
    `Reading ${photos.length} photos${hasV6 ? '' : ', PP-OCRv6 not installed'}; seconds of a core`,
    [
      'effort',
      'brand right',
      'model right',
      'wrong',
      'wrong and sure',
      'second looks',
      'p50',
      'p95',
    ],
    rows,
  );
}

async function readAll(photos: readonly NamedPhoto[], plan: ReadingPlan, models: string) {
  const engine = await loadTextEngine({ threads: 1, plan, models });
  const seconds: number[] = [];
  const counts = { brand: 0, model: 0, wrong: 0, wrongAndSure: 0, second: 0 };
  for (const { shows, bytes } of photos) {
    const before = process.cpuUsage();
    const { lines, looks } = await lookAtImage(engine, bytes, { text: true, colors: false });
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
    const text = lines.map(({ corners, ...line }) => ({
      ...line,
      corners: corners.flatMap(({ x, y }) => [Math.round(x), Math.round(y)]),
    }));
    const grades = grade(aggregate(visionResponse({ text })).aggregate, shows);
    counts.brand += Number(grades.brand === 'right');
    counts.model += Number(grades.model === 'right');
    counts.wrong += Number([grades.brand, grades.type, grades.model].includes('wrong'));
    counts.wrongAndSure += Number(grades.wrongAndSure);
    counts.second += Number(looks === 2);
  }
  const { p50, p95 } = spreadOf(seconds);
  return [...Object.values(counts).map(String), p50.toFixed(2), p95.toFixed(2)];
}

async function drawHardPhotos(): Promise<NamedPhoto[]> {
  const photos: NamedPhoto[] = [];
  for (const { shows, render } of hardPhotos(3)) photos.push({ shows, bytes: await render() });
  return photos;
}

/** As the adapter sends them. */
async function photosOf(folder: string): Promise<NamedPhoto[]> {
  const truth = await readTruth(join(folder, truthFile));
  const files = (await readdir(folder)).filter(
    (file) => file in truth && extname(file) !== '.json',
  );
  guardDecoder();
  return Promise.all(
    files.sort().map(async (file) => {
      const { brand = null, type = null, model = null } = truth[file] ?? {};
      const { jpeg } = await normalise(await readFile(join(folder, file)));
      return { shows: [brand, type, model] as const, bytes: jpeg };
    }),
  );
}
