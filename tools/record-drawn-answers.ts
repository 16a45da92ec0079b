// Reads the drawn photos with local-vision and writes down what it saw, for the unit tests. Run it when
// the drawings or the reader change: node tools/record-drawn-answers.ts
import { writeFile } from 'node:fs/promises';
import type { AnnotateImageResponse } from '../services/vision-adapter/vision/vision-client.ts';
import { drawnPhotos } from '../tests/support/recognition/drawn-photos.ts';
import { startPhotoReader } from '../tests/support/recognition/photo-reader.ts';

const file = new URL('../tests/support/recognition/drawn.json', import.meta.url);

const reader = await startPhotoReader();
const rows: string[] = [];
for (const { name, shows, render } of drawnPhotos(8)) {
  const text = linesOf(await reader.read(await render()));
  rows.push(`${JSON.stringify(name)}: ${JSON.stringify({ shows, text })}`);
  console.log(`${name}: ${text.map((line) => line.text).join(' | ')}`);
}
await reader.stop();
await writeFile(file, `{\n${rows.join(',\n')}\n}\n`);

/** local-vision answers a block per line of text. */
function linesOf({ fullTextAnnotation }: AnnotateImageResponse) {
  const blocks = (fullTextAnnotation?.pages ?? []).flatMap((page) => page.blocks ?? []);
  return blocks.map(({ boundingBox, confidence, paragraphs }) => ({
    text: (paragraphs?.[0]?.words ?? [])
      .map(({ symbols }) => (symbols ?? []).map((symbol) => symbol.text ?? '').join(''))
      .join(' '),
    confidence: Math.round((confidence ?? 0) * 1000) / 1000,
    corners: (boundingBox?.vertices ?? []).flatMap(({ x, y }) => [x ?? 0, y ?? 0]),
  }));
}
