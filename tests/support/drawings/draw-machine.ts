import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { drawSite, moods, type Mood } from './draw-site.ts';
import { drawText, type FontName, type Panel } from './lettering.ts';
import { machines, type MachineType, type Place } from './machines.ts';

export interface Paint {
  /** Colour of the body, #rrggbb. */
  readonly body: string;
  /** Colour of counterweight, frame and arms. */
  readonly trim: string;
}

export interface Lettering {
  readonly text: string;
  readonly place: Place;
  readonly font: FontName;
  readonly color: string;
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

const scene = readFileSync(new URL('scene.svg', import.meta.url), 'utf8');

/** A place on a machine of this type. */
export const panelOf = (type: MachineType, place: Place) => machines[type].panels[place];

/** The drawing as SVG of 1280x960. No text in it is text: letters are outlines. */
export function drawMachine(drawing: Drawing): string {
  const { type, paint, mood, seed, facing, size, tilt, offset } = drawing;
  const { svg, middle } = machines[type];
  const { body, trim } = paint;
  const { sky, ground } = moods[mood];
  const side = facing === 'right' ? 1 : -1;
  const lettering = drawing.lettering.map(({ text, place, ...style }) => {
    const panel = panelOf(type, place);
    return drawText(text, side === 1 ? panel : mirrored(panel), style);
  });
  return fill(fill(scene, { machine: svg, lettering: lettering.join('') }), {
    ...drawSite(mood, seed),
    ...{ body, 'body-light': shade(body, 0.22), 'body-dark': shade(body, -0.2) },
    ...{ trim, 'trim-light': shade(trim, 0.22), 'trim-dark': shade(trim, -0.2) },
    ...{ rim: shade(body, -0.25), hub: shade(body, -0.35) },
    ...{ 'sky-high': sky[0], 'sky-low': sky[1] },
    ...{ 'ground-far': ground[0], 'ground-near': ground[1] },
    ...{ tilt, size, side, x: 640 + offset - side * size * middle, shadow: side * middle },
  });
}

/** The drawing as JPEG, 40 to 50 kB. */
export async function renderMachine(drawing: Drawing): Promise<Buffer> {
  // what looks at foreign photos blocks SVG, for the whole process: this one is our own
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  return sharp(Buffer.from(drawMachine(drawing)))
    .jpeg({ quality: 55, mozjpeg: true })
    .toBuffer();
}

const fill = (template: string, values: Readonly<Record<string, string | number>>) =>
  template.replace(/\{([a-z-]+)\}/g, (placeholder, name: string) =>
    String(values[name] ?? placeholder),
  );

const mirrored = (panel: Panel): Panel => ({ ...panel, x: -panel.x, slope: -panel.slope });

/** A colour towards white (share above 0) or black (below 0). */
function shade(color: string, share: number): string {
  const target = share > 0 ? 255 : 0;
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const shaded = channels.map((value) => Math.round(value + (target - value) * Math.abs(share)));
  return `#${shaded.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
