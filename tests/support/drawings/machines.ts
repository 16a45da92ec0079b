// The machines, each an SVG file of its side: it looks right and stands on y = 0.
import { readFileSync } from 'node:fs';
import type { Panel } from './lettering.ts';

/** Where lettering goes: along the arm, the hood's side, its tail, below the side, a small far place. */
export type Place = 'arm' | 'side' | 'tail' | 'low' | 'stick';

export interface Machine {
  readonly svg: string;
  /** The x of its middle. */
  readonly middle: number;
  /** Free of detail. */
  readonly panels: Readonly<Record<Place, Panel>>;
}

export type MachineType = 'Excavator' | 'Wheel Loader' | 'Bulldozer' | 'Articulated Hauler';

export const machines: Readonly<Record<MachineType, Machine>> = {
  Excavator: {
    svg: svgOf('excavator'),
    middle: 150,
    panels: {
      arm: { x: 322, y: -487, width: 268, height: 40, slope: -6.5, ground: 'body' },
      side: { x: -154, y: -234, width: 204, height: 62, slope: 0, ground: 'body' },
      tail: { x: -312, y: -228, width: 76, height: 60, slope: 0, ground: 'trim' },
      low: { x: -150, y: -174, width: 190, height: 22, slope: 0, ground: 'body' },
      stick: { x: 548, y: -355, width: 150, height: 26, slope: 73, ground: 'body' },
    },
  },
  'Wheel Loader': {
    svg: svgOf('wheel-loader'),
    middle: 100,
    panels: {
      side: { x: -256, y: -292, width: 208, height: 58, slope: 0, ground: 'body' },
      low: { x: -14, y: -222, width: 150, height: 40, slope: 0, ground: 'body' },
      tail: { x: -400, y: -262, width: 42, height: 50, slope: 0, ground: 'trim' },
      arm: { x: 226, y: -294, width: 152, height: 34, slope: 32, ground: 'body' },
      stick: { x: -20, y: -164, width: 140, height: 22, slope: 0, ground: 'body' },
    },
  },
  Bulldozer: {
    svg: svgOf('bulldozer'),
    middle: 0,
    panels: {
      side: { x: 138, y: -284, width: 206, height: 54, slope: 0, ground: 'body' },
      tail: { x: -258, y: -226, width: 116, height: 50, slope: 0, ground: 'body' },
      low: { x: -72, y: -243, width: 190, height: 36, slope: 0, ground: 'trim' },
      arm: { x: 152, y: -214, width: 186, height: 36, slope: 0, ground: 'body' },
      stick: { x: 150, y: -68, width: 150, height: 18, slope: 3.5, ground: 'body' },
    },
  },
  'Articulated Hauler': {
    svg: svgOf('articulated-hauler'),
    middle: 0,
    panels: {
      side: { x: -150, y: -284, width: 330, height: 62, slope: 0, ground: 'body' },
      tail: { x: 396, y: -262, width: 120, height: 40, slope: 6, ground: 'body' },
      low: { x: 192, y: -246, width: 108, height: 28, slope: 0, ground: 'body' },
      arm: { x: -170, y: -360, width: 260, height: 34, slope: 0, ground: 'body' },
      stick: { x: -250, y: -217, width: 190, height: 24, slope: 0, ground: 'body' },
    },
  },
};

/** Without the root element: it goes into the scene. */
function svgOf(name: string): string {
  const file = readFileSync(new URL(`${name}.svg`, import.meta.url), 'utf8');
  return file.replace(/<\/?svg[^>]*>/g, '').trim();
}
