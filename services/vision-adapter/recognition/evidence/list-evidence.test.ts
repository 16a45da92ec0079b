import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  asDecoded,
  visionResponse,
} from '../../../../tests/support/recognition/response-builder.ts';
import { aggregate } from '../aggregate.ts';
import { boxOf } from './list-evidence.ts';

const side = fc.integer({ min: 1, max: 65_500 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a box', () => {
  test('is the share of the picture that its outline takes, whatever the size', () => {
    const pair = fc.tuple(share, share).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(side, side, pair, pair, (width, height, [left, right], [top, bottom]) => {
        fc.pre(right - left > 0.001 && bottom - top > 0.001);
        const at = (x: number, y: number) => ({ x: x * width, y: y * height });
        const outline = [at(right, top), at(left, top), at(left, bottom), at(right, bottom)];
        const box = boxOf(outline, { width, height });
        expect(box?.x).toBeCloseTo(left, 3);
        expect(box?.y).toBeCloseTo(top, 3);
        expect(box?.width).toBeCloseTo(right - left, 3);
        expect(box?.height).toBeCloseTo(bottom - top, 3);
      }),
    );
  });

  test('lies inside the picture, or is none, wherever its outline lies', () => {
    const anywhere = fc.oneof(fc.double(), fc.integer({ min: -100, max: 2_000 }));
    const outline = fc.array(fc.record({ x: anywhere, y: anywhere }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(side, side, outline, (width, height, points) => {
        const box = boxOf(points, { width, height });
        if (box === null) return;
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(Math.min(box.width, box.height)).toBeGreaterThan(0);
        expect(Math.max(box.x + box.width, box.y + box.height)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});

const picture = { width: 1000, height: 500 };
const corners = (x: number, y: number, width: number, height: number) => [
  ...[
    { x, y },
    { x: x + width, y },
  ],
  ...[
    { x: x + width, y: y + height },
    { x, y: y + height },
  ],
];

describe('the evidence of an answer', () => {
  const response = {
    ...visionResponse({ entities: { Volvo: 0.9 } }),
    ...asDecoded({
      textAnnotations: [
        { description: 'VOLVO\nEC220E\nJens' },
        { description: 'VOLVO', boundingPoly: { vertices: corners(100, 50, 200, 50) } },
        { description: 'EC220E', boundingPoly: { vertices: corners(100, 100, 300, 50) } },
        { description: 'Jens', boundingPoly: { vertices: corners(700, 400, 50, 50) } },
      ],
      logoAnnotations: [
        {
          ...{ description: 'Volvo', score: 0.9 },
          boundingPoly: { vertices: corners(500, 250, 100, 100) },
        },
        { description: 'Pepsi', score: 0.9, boundingPoly: { vertices: corners(0, 0, 10, 10) } },
      ],
      localizedObjectAnnotations: [
        {
          ...{ name: 'Excavator', score: 0.8 },
          boundingPoly: { normalizedVertices: corners(0.1, 0.2, 0.7, 0.6) },
        },
        { name: 'Tree', score: 0.8, boundingPoly: { normalizedVertices: corners(0, 0, 0.1, 1) } },
      ],
      labelAnnotations: [{ description: 'Excavator', score: 0.7 }],
    }),
  };
  const placesOf = (size?: typeof picture) =>
    aggregate(response, size).evidence.map(({ source, box }) => [source, box]);

  test('is where the name, the number, the logo and the machine are, and nothing else', () => {
    const found = placesOf(picture);
    expect(found).toEqual(
      expect.arrayContaining([
        ['WORD', { x: 0.1, y: 0.1, width: 0.2, height: 0.1 }],
        ['MODEL_NUMBER', { x: 0.1, y: 0.2, width: 0.3, height: 0.1 }],
        ['LOGO', { x: 0.5, y: 0.5, width: 0.1, height: 0.2 }],
        ['OBJECT', { x: 0.1, y: 0.2, width: 0.7, height: 0.6 }],
        ['LABEL', null],
      ]),
    );
    expect(new Set(found.map(([source]) => source))).toEqual(
      new Set(['WORD', 'MODEL_NUMBER', 'LOGO', 'OBJECT', 'LABEL']),
    );
    const boxes = found.flatMap(([, box]) => (box === null ? [] : [JSON.stringify(box)]));
    expect(new Set(boxes).size).toBe(4);
  });

  test('has no boxes where the size of the picture is not known', () => {
    expect(placesOf().filter(([, box]) => box !== null)).toEqual([]);
  });

  test('is empty where nothing is recognised', () => {
    expect(aggregate(visionResponse({ text: ['HANSEN'] }), picture).evidence).toEqual([]);
  });
});
