import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { drawMachine, panelOf, renderMachine } from '../tests/support/drawings/draw-machine.ts';
import { drawFleet } from '../tests/support/drawings/fleet.ts';
import { samples } from '../tests/support/drawings/samples.ts';

const here = new URL('../client/samples/', import.meta.url);

/** The mean difference per channel, 0 to 255. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all([one, other].map((picture) => sharp(picture).raw().toBuffer()));
  if (a === undefined || b?.length !== a.length) throw new Error('the pictures differ in size');
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / a.length;
}

describe('the committed samples', () => {
  test.each(Object.entries(samples))('draws %s as it is committed', async (name, drawing) => {
    const committed = await readFile(new URL(name, here));
    expect(await difference(committed, await renderMachine(drawing))).toBeLessThan(0.5);
    expect(await sharp(committed).metadata()).toMatchObject({ width: 1280, height: 960 });
  });

  test('has a drawing for every picture in the folder', async () => {
    const pictures = (await readdir(here)).filter((name) => name.endsWith('.jpg'));
    expect(pictures.sort()).toEqual(Object.keys(samples).sort());
  });
});

describe('a fleet', () => {
  const fleet = drawFleet(1);

  test('draws twenty machines, five of each of the four makers, no model twice', () => {
    const brands = fleet.map(({ truth }) => truth.brand);
    for (const brand of ['Caterpillar', 'Volvo', 'Komatsu', 'Hitachi'])
      expect(brands.filter((other) => other === brand)).toHaveLength(5);
    expect(new Set(fleet.map(({ truth }) => truth.model)).size).toBe(20);
  });

  test('draws none of the models of the samples', () => {
    const shown = Object.values(samples).flatMap(({ lettering }) =>
      lettering.map(({ text }) => text),
    );
    expect(fleet.filter(({ truth }) => shown.includes(truth.model))).toEqual([]);
  });

  test('draws the same fleet for the same seed, another for another', () => {
    const drawn = (seed: number) => drawFleet(seed, 4).map(({ drawing }) => drawMachine(drawing));
    expect(drawn(5)).toEqual(drawn(5));
    expect(drawn(5)).not.toEqual(drawn(6));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'writes brand and model on every machine of seed %i',
    (seed) => {
      for (const { truth, drawing } of drawFleet(seed)) {
        const written = drawing.lettering.map(({ text }) => text).join(' ');
        expect(written).toContain(truth.model);
        expect(written).toMatch(
          new RegExp(truth.brand === 'Caterpillar' ? 'CAT' : truth.brand, 'i'),
        );
      }
    },
  );

  test('writes at most one text in one place', () => {
    for (const { drawing } of fleet) {
      const places = drawing.lettering.map(({ place }) => place);
      expect(new Set(places).size).toBe(places.length);
      for (const place of places) expect(panelOf(drawing.type, place).width).toBeGreaterThan(0);
    }
  });
});
