// Machines of the four makers, chosen by chance: what is where, in which colour, in which light.
import {
  panelOf,
  renderMachine,
  type Drawing,
  type Lettering,
  type Paint,
} from './draw-machine.ts';
import { moods, type Mood } from './draw-site.ts';
import { fontNames, heightOf } from './lettering.ts';
import type { MachineType, Place } from './machines.ts';
import { makers, type MakerName } from './makers.ts';
import { seededChances, type Chances } from './seeded-random.ts';

/** What else stands on machines: owners, numbers, loads. Neither brand nor model. */
const otherLettering = [
  'NORDBYG A/S',
  'Hansen & Lund',
  'UDLEJNING',
  'Tlf. 70 20 31 44',
  'NR. 17',
  '0412',
  '20 t',
  'MAX 350 bar',
  'DIESEL',
] as const;

/** Paint of owners who have their own; most machines keep the maker's. */
const ownPaints: readonly [Paint, ...Paint[]] = [
  { body: '#f1efe8', trim: '#2b2e33' },
  { body: '#1f5a3c', trim: '#26292d' },
  { body: '#a51f28', trim: '#2a2c30' },
  { body: '#22406f', trim: '#34383d' },
];

/** Where brand and model stand. */
const layouts: readonly Layout[] = [
  { brand: 'arm', model: 'side' },
  { brand: 'side', model: 'arm' },
  { brand: 'side', model: 'low' },
  { brand: 'side', model: 'tail' },
  { brand: 'tail', model: 'side' },
  'one line',
];
type Layout = 'one line' | { readonly brand: Place; readonly model: Place };

const smallPlaces = ['tail', 'low', 'stick'] as const;

/** Pixels at size 1; brand and model of a machine that fills the picture are seldom smaller. */
const leastHeight = 15;

export interface FleetMachine {
  /** For a file: `03-volvo-ec300e.jpg`. */
  readonly name: string;
  readonly truth: { readonly brand: MakerName; readonly type: MachineType; readonly model: string };
  readonly drawing: Drawing;
  render(): Promise<Buffer>;
}

/** Machines of the four makers in turn; the same seed gives the same fleet. */
export function drawFleet(seed: number, size = 20): FleetMachine[] {
  const chances = seededChances(seed);
  const brands = Object.keys(makers) as MakerName[];
  const stock = new Map(brands.map((brand) => [brand, chances.shuffled(modelsOf(brand))]));
  return Array.from({ length: size }, (_, index) => {
    const brand = brands[index % brands.length] ?? 'Caterpillar';
    const range = stock.get(brand) ?? [];
    const [model, type] = range[Math.floor(index / brands.length) % range.length] ?? [
      '',
      'Excavator',
    ];
    const drawing = chooseDrawing({ brand, type, model }, chances);
    return {
      name: `${String(index + 1).padStart(2, '0')}-${brand}-${model}.jpg`.toLowerCase(),
      truth: { brand, type, model },
      drawing,
      render: () => renderMachine(drawing),
    };
  });
}

const modelsOf = (brand: MakerName) =>
  Object.entries(makers[brand].models).flatMap(([type, models]) =>
    models.split(' ').map((model) => [model, type as MachineType] as const),
  );

function chooseDrawing(truth: FleetMachine['truth'], chances: Chances): Drawing {
  const paint = chances.next() < 0.75 ? makers[truth.brand].paint : chances.pick(ownPaints);
  return {
    type: truth.type,
    paint,
    lettering: chooseLettering(truth, paint, chances),
    mood: chances.pick(Object.keys(moods) as [Mood, ...Mood[]]),
    seed: Math.floor(chances.between(1, 1_000_000)),
    facing: chances.pick(['left', 'right']),
    size: chances.between(0.82, 1.04),
    tilt: chances.between(-6, 6),
    offset: chances.between(-40, 40),
  };
}

function chooseLettering(
  truth: FleetMachine['truth'],
  paint: Paint,
  chances: Chances,
): Lettering[] {
  const write = (text: string, place: Place, font = chances.pick(fontNames)): Lettering => ({
    text,
    place,
    font,
    color: inkFor(truth.type, place, paint, chances),
  });
  const lettering = nameMachine(truth, chances, write);
  const taken = lettering.map(({ place }) => place);
  const free = chances.shuffled(smallPlaces.filter((place) => !taken.includes(place)));
  const others = chances.shuffled(otherLettering).slice(0, Math.floor(chances.between(0, 3)));
  return [
    ...lettering,
    ...free.slice(0, others.length).map((place, at) => write(others[at] ?? '', place, 'plain')),
  ];
}

/** Brand and model, where nothing comes out smaller than it does on a real machine. */
function nameMachine(
  { brand, type, model }: FleetMachine['truth'],
  chances: Chances,
  write: (text: string, place: Place) => Lettering,
): Lettering[] {
  const names: readonly [string, ...string[]] = makers[brand].names;
  const name = chances.pick(names);
  const written = chances
    .shuffled(layouts)
    .map((layout) =>
      layout === 'one line'
        ? [write(`${name} ${model}`, 'side')]
        : [write(name, layout.brand), write(model, layout.model)],
    );
  const legible = ({ text, place, font }: Lettering) =>
    heightOf(text, panelOf(type, place), font) >= leastHeight;
  return written.find((letterings) => letterings.every(legible)) ?? [];
}

/** Dark on light, light on dark: no owner paints letters that nobody can read. */
function inkFor(type: MachineType, place: Place, paint: Paint, chances: Chances): string {
  const onTrim = panelOf(type, place).ground === 'trim';
  return chances.pick(
    isDark(onTrim ? paint.trim : paint.body)
      ? ['#ffffff', '#f6f1dc', '#ffd84a']
      : ['#141516', '#1e2c62', '#3a1512'],
  );
}

function isDark(color: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(color.slice(at, at + 2), 16),
  );
  return 0.3 * red + 0.59 * green + 0.11 * blue < 140;
}
