import sharp from 'sharp';
import { bulldozer } from './draw-bulldozer.ts';
import { excavator } from './draw-excavator.ts';
import { hauler } from './draw-hauler.ts';
import { drawSite, groundLevel, type Mood } from './draw-site.ts';
import { wheelLoader } from './draw-wheel-loader.ts';
import { letter, type FontName, type Panel } from './lettering.ts';
import type { MachineShape, Place } from './machine-shape.ts';
import { definitions, type Paint } from './paint.ts';

const shapes = {
  Excavator: excavator,
  'Wheel Loader': wheelLoader,
  Bulldozer: bulldozer,
  'Articulated Hauler': hauler,
} as const satisfies Record<string, MachineShape>;
export type MachineType = keyof typeof shapes;

/** A plate puts the letters on a ground of its own, as stickers do. */
export interface Lettering {
  readonly text: string;
  readonly place: Place;
  readonly font: FontName;
  readonly color: string;
  readonly plate?: string;
  /** Share of the place's height that is used; 1 unless given. */
  readonly size?: number;
}

export interface Drawing {
  readonly type: MachineType;
  readonly paint: Paint;
  readonly lettering: readonly Lettering[];
  readonly mood: Mood;
  /** Decides clouds, hills, stones. */
  readonly seed: number;
  readonly facing: 'left' | 'right';
  /** 1 fills most of the picture. */
  readonly size: number;
  /** Degrees that the camera is tilted. */
  readonly tilt: number;
  /** Pixels that the machine stands right of the middle. */
  readonly offset: number;
}

const [width, height] = [1280, 960];

/** A place on a machine of this type. */
export const panelOf = (type: MachineType, place: Place) => shapes[type].panels[place];

/** The drawing as SVG of 1280x960. No text in it is text: letters are outlines. */
export function drawMachine(drawing: Drawing): string {
  const shape = shapes[drawing.type];
  const side = drawing.facing === 'right' ? 1 : -1;
  const letters = drawing.lettering.map((lettering) => {
    const panel = shape.panels[lettering.place];
    return attach(lettering, side === 1 ? panel : mirrored(panel));
  });
  const x = width / 2 + drawing.offset - side * drawing.size * shape.middle;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<defs>${definitions(drawing.paint)}</defs>`,
    `<g transform="rotate(${drawing.tilt} ${width / 2} ${height / 2})">`,
    drawSite(drawing.mood, drawing.seed),
    `<g transform="translate(${x} ${groundLevel}) scale(${drawing.size})">`,
    `<ellipse cx="${side * shape.middle}" cy="4" rx="520" ry="34" fill="#1d150c" opacity=".5" filter="url(#soft)"/>`,
    `<g transform="scale(${side} 1)">${shape.draw(drawing.paint)}</g>`,
    ...letters,
    `</g></g></svg>`,
  ].join('');
}

/** The drawing as JPEG, 40 to 50 kB. */
export async function renderMachine(drawing: Drawing): Promise<Buffer> {
  // what looks at foreign photos blocks SVG, for the whole process: this one is our own
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  return sharp(Buffer.from(drawMachine(drawing)))
    .jpeg({ quality: 55, mozjpeg: true })
    .toBuffer();
}

const mirrored = (panel: Panel): Panel => ({ ...panel, x: -panel.x, slope: -panel.slope });

function attach({ text, font, color, plate, size = 1 }: Lettering, panel: Panel): string {
  const used = { ...panel, height: panel.height * size, width: panel.width };
  const letters = letter(text, used, { font, color });
  if (plate === undefined) return letters;
  const [w, h] = [panel.width + 18, used.height + 18];
  return (
    `<rect transform="translate(${panel.x} ${panel.y}) rotate(${panel.slope})" x="${-w / 2}" y="${-h / 2}" width="${w}" height="${h}" rx="5" fill="${plate}"/>` +
    letters
  );
}
