import type { Point } from './seen-image.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Where a point of the upright picture lies in the picture as it is stored, by EXIF orientation (TIFF 6.0,
 * tag 274; anything else is upright). Vision's boxes are in pixels of the image that was sent.
 *
 * @param stored its size before it is turned.
 */
export function toStoredPixels(
  orientation: number | undefined,
  stored: Size,
): (at: Point) => Point {
  return (at) => (turns[orientation ?? 1] ?? upright)(at, stored);
}

type Turn = (upright: Point, stored: Size) => Point;
const upright: Turn = (at) => at;
const turns: Readonly<Record<number, Turn>> = {
  2: ({ x, y }, { width }) => ({ x: width - x, y }),
  3: ({ x, y }, { width, height }) => ({ x: width - x, y: height - y }),
  4: ({ x, y }, { height }) => ({ x, y: height - y }),
  5: ({ x, y }) => ({ x: y, y: x }),
  6: ({ x, y }, { height }) => ({ x: y, y: height - x }),
  7: ({ x, y }, { width, height }) => ({ x: width - y, y: height - x }),
  8: ({ x, y }, { width }) => ({ x: width - y, y: x }),
};
