// Draws client/samples/*.jpg: node tools/draw-samples.ts
import { writeFile } from 'node:fs/promises';
import { renderMachine } from '../tests/support/drawings/draw-machine.ts';
import { samples } from '../tests/support/drawings/samples.ts';

const samplesFolder = new URL('../client/samples/', import.meta.url);

for (const [name, drawing] of Object.entries(samples)) {
  const picture = await renderMachine(drawing);
  await writeFile(new URL(name, samplesFolder), picture);
  console.log(`${name}  ${Math.round(picture.length / 1024)} kB`);
}
