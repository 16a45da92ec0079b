import type { SeenColor } from './seen-image.ts';

const most = 10;
const bitsPerChannel = 4;
const shift = 8 - bitsPerChannel;

/**
 * The colours that cover most of a picture, strongest first: pixels are sorted into 4096 boxes, the
 * mean of a box is its colour. A strong hue scores higher than grey of the same area.
 *
 * @param data RGB, 8 bits a channel.
 */
export function measureColors(data: Uint8Array): SeenColor[] {
  const boxes = new Float64Array(4 << (3 * bitsPerChannel)); // count, red, green, blue
  for (let at = 0; at + 2 < data.length; at += 3) {
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
    const box =
      4 *
      (((red >> shift) << (2 * bitsPerChannel)) |
        ((green >> shift) << bitsPerChannel) |
        (blue >> shift));
    boxes[box] = (boxes[box] ?? 0) + 1;
    boxes[box + 1] = (boxes[box + 1] ?? 0) + red;
    boxes[box + 2] = (boxes[box + 2] ?? 0) + green;
    boxes[box + 3] = (boxes[box + 3] ?? 0) + blue;
  }
  const pixels = data.length / 3;
  const colors = [];
  for (let box = 0; box < boxes.length; box += 4) {
    const [count = 0, red = 0, green = 0, blue = 0] = boxes.subarray(box, box + 4);
    if (count === 0) continue;
    const color = {
      red: Math.round(red / count),
      green: Math.round(green / count),
      blue: Math.round(blue / count),
    };
    const pixelFraction = count / pixels;
    colors.push({ color, pixelFraction, weight: pixelFraction * (0.25 + saturation(color)) });
  }
  const whole = colors.reduce((sum, { weight }) => sum + weight, 0);
  return colors
    .sort((one, other) => other.weight - one.weight)
    .slice(0, most)
    .map(({ color, pixelFraction, weight }) => ({ color, pixelFraction, score: weight / whole }));
}

function saturation({ red, green, blue }: SeenColor['color']): number {
  const highest = Math.max(red, green, blue);
  return highest === 0 ? 0 : (highest - Math.min(red, green, blue)) / highest;
}
