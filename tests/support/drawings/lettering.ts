import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype, { type Font, type Path } from 'opentype.js';

/** Letters become outlines from these files, so no font of the machine that draws matters. */
const files = {
  sans: 'DejaVuSans-Bold.ttf',
  slanted: 'DejaVuSans-BoldOblique.ttf',
  condensed: 'DejaVuSansCondensed-Bold.ttf',
  serif: 'DejaVuSerif-Bold.ttf',
  'serif-condensed': 'DejaVuSerifCondensed-Bold.ttf',
  mono: 'DejaVuSansMono-Bold.ttf',
  plain: 'DejaVuSans.ttf',
} as const;
export type FontName = keyof typeof files;
export const fontNames = Object.keys(files) as [FontName, ...FontName[]];

/** A flat place on a machine that takes lettering: its middle, its size, and its slope in degrees. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly slope: number;
  /** What the letters stand on. */
  readonly ground: 'body' | 'trim';
}

const require = createRequire(import.meta.url);
const loaded = new Map<FontName, Font>();

function fontOf(name: FontName): Font {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const { buffer, byteOffset, byteLength } = readFileSync(
    require.resolve(`dejavu-fonts-ttf/ttf/${files[name]}`),
  );
  const font = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
  loaded.set(name, font);
  return font;
}

/** Text as an SVG path, as large as the panel allows, in its middle. */
export function drawText(text: string, panel: Panel, style: { font: FontName; color: string }) {
  const line = setLine(text, style.font, fittingSize(text, panel, style.font));
  const x = -(line.left + line.right) / 2;
  const y = -(line.top + line.bottom) / 2;
  return `<path transform="translate(${panel.x} ${panel.y}) rotate(${panel.slope}) translate(${x.toFixed(2)} ${y.toFixed(2)})" fill="${style.color}" d="${line.path}"/>`;
}

/** How tall the text becomes on the panel, in the machine's pixels. */
export function heightOf(text: string, panel: Panel, font: FontName): number {
  const line = setLine(text, font, fittingSize(text, panel, font));
  return line.bottom - line.top;
}

function fittingSize(text: string, panel: Panel, font: FontName): number {
  const { left, right, top, bottom } = setLine(text, font, 100);
  return 100 * Math.min(panel.width / (right - left), panel.height / (bottom - top));
}

/**
 * Glyph after glyph by its own width: the package's shaping does not know all tables of these fonts,
 * and Latin capitals and digits need none.
 */
function setLine(text: string, name: FontName, size: number) {
  const font = fontOf(name);
  let x = 0;
  const outlines = Array.from(text, (character) => {
    const glyph = font.charToGlyph(character);
    const outline = glyph.getPath(x, 0, size);
    x += (glyph.advanceWidth * size) / font.unitsPerEm;
    return outline;
  });
  const boxes = outlines.map((outline) => outline.getBoundingBox());
  return {
    path: outlines.map((outline) => pathOf(outline)).join(''),
    left: Math.min(...boxes.map((box) => box.x1)),
    right: Math.max(...boxes.map((box) => box.x2)),
    top: Math.min(...boxes.map((box) => box.y1)),
    bottom: Math.max(...boxes.map((box) => box.y2)),
  };
}

/** The package's own writer runs two numbers together when one is a hair below zero. */
const pathOf = (outline: Path) =>
  outline.commands
    .map(({ type, x1, y1, x2, y2, x, y }) =>
      [
        type,
        ...[x1, y1, x2, y2, x, y].flatMap((value) =>
          value === undefined ? [] : [value.toFixed(2)],
        ),
      ].join(' '),
    )
    .join('');
