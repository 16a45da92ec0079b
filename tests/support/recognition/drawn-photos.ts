// The drawn machines with their variants, and what each really shows.
import { drawFleet } from '../drawings/fleet.ts';
import { renderMachine } from '../drawings/draw-machine.ts';
import { samples } from '../drawings/samples.ts';
import { hardVariants } from '../drawings/hard-variants.ts';
import { variants } from '../drawings/variants.ts';

export interface Photo {
  /** `cat-320d dark` */
  readonly name: string;
  /** Brand, type, model. */
  readonly shows: readonly [string, string, string];
  readonly render: () => Promise<Buffer>;
}

const shownBySamples: Readonly<Record<string, Photo['shows']>> = {
  'cat-320d.jpg': ['Caterpillar', 'Excavator', '320D'],
  'volvo-ec220e.jpg': ['Volvo', 'Excavator', 'EC220E'],
  'hitachi-zx350lc-7.jpg': ['Hitachi', 'Excavator', 'ZX350LC-7'],
  'komatsu-pc210lc-11.jpg': ['Komatsu', 'Excavator', 'PC210LC-11'],
  'unbranded-tb235.jpg': ['Takeuchi', 'Mini Excavator', 'TB235'],
};

/** The committed samples and a fleet of the given size, six variants each. */
export const drawnPhotos = (fleetSize: number): Photo[] => photosOf(fleetSize, variants);

/** The same machines as they are hard to read: worn, dirty, half hidden, askew, small. */
export const hardPhotos = (fleetSize: number): Photo[] => photosOf(fleetSize, hardVariants);

type Variants = Readonly<Record<string, (picture: Buffer) => Promise<Buffer>>>;

function photosOf(fleetSize: number, changes: Variants): Photo[] {
  const drawn = [
    ...Object.entries(shownBySamples).flatMap(([file, shows]) => {
      const drawing = samples[file];
      return drawing === undefined ? [] : [{ file, shows, render: () => renderMachine(drawing) }];
    }),
    ...drawFleet(4, fleetSize).map((machine) => ({
      file: machine.name,
      shows: [machine.truth.brand, machine.truth.type, machine.truth.model] as const,
      render: () => machine.render(),
    })),
  ];
  return drawn.flatMap(({ file, shows, render }) =>
    Object.entries(changes).map(([variant, change]) => ({
      name: `${file.replace('.jpg', '')} ${variant}`,
      shows,
      render: async () => change(await render()),
    })),
  );
}
