// Draws the committed samples anew. In: samples.ts. Out: the .jpg files beside it.
import { writeFile } from 'node:fs/promises';
import { renderMachine } from './draw-machine.ts';
import { samples } from './samples.ts';

for (const [name, drawing] of Object.entries(samples)) {
  const picture = await renderMachine(drawing);
  await writeFile(new URL(name, import.meta.url), picture);
  console.log(`${name}  ${Math.round(picture.length / 1024)} kB`);
}
