import type { Panel } from './lettering.ts';
import type { Paint } from './paint.ts';

/** Where lettering goes: along the arm, the hood's side, its tail, below the side, a small far place. */
export type Place = 'arm' | 'side' | 'tail' | 'low' | 'stick';

/** A machine from its side, looking right, standing on y = 0; its panels are free of detail. */
export interface MachineShape {
  /** The x of its middle. */
  readonly middle: number;
  readonly panels: Readonly<Record<Place, Panel>>;
  draw(paint: Paint): string;
}
