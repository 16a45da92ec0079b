// The drawn photos as local-vision read them: plain, rotated, dark, noisy, small and lying on the side.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { aggregate } from './aggregate.ts';
import type { Lettering } from '../../../tests/support/recognition/response-text.ts';
import { visionResponse } from '../../../tests/support/recognition/response-builder.ts';
import type { Named } from '../../../tests/support/recognition/fixture.ts';
import { grade } from '../../../tests/support/recognition/grade.ts';

type Recorded = Readonly<Record<string, { shows: Named; text: readonly Lettering[] }>>;
const recorded = JSON.parse(
  await readFile(new URL('../../../tests/support/recognition/drawn.json', import.meta.url), 'utf8'),
) as Recorded;

const photos = Object.entries(recorded).map(([name, { shows, text }]) => {
  const { aggregate: answer } = aggregate(visionResponse({ text }));
  return { name, answer, ...grade(answer, shows) };
});

describe('the drawn photos', () => {
  test('is never wrong and sure', () => {
    expect(photos.filter(({ wrongAndSure }) => wrongAndSure).map(({ name }) => name)).toEqual([]);
  });

  test('is right in brand, type and model on at least 80 % of the drawn photos', () => {
    const right = photos.filter((photo) =>
      [photo.brand, photo.type, photo.model].every((one) => one === 'right'),
    );
    expect(photos.length).toBeGreaterThanOrEqual(60);
    expect(right.length / photos.length).toBeGreaterThanOrEqual(0.8);
  });

  test.each(['plain', 'rotated', 'dark', 'noisy', 'small', 'turned'])(
    'names the right machine whenever it is sure of a %s photo',
    (variant) => {
      const sure = photos.filter(
        ({ name, answer }) => name.endsWith(variant) && answer.isConfident,
      );
      expect(sure.length).toBeGreaterThan(0);
      for (const { name, brand, model } of sure)
        expect({ name, brand, model }).toEqual({ name, brand: 'right', model: 'right' });
    },
  );
});
