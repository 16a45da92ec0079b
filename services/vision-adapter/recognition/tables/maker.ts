// The shape of a file of makers/: one maker of construction machines, its names and its models.
import type { MachineType } from './taxonomy.ts';

/** What a maker is called; `name` is what an answer calls it. */
export interface MakerName {
  readonly name: string;
  /** Found whole in lettering, logos and web text; case and accents do not matter. Default: the name. */
  readonly aliases?: readonly string[];
  /** Aliases that are everyday words or surnames too: they count in capitals only, at a lower weight. */
  readonly words?: readonly string[];
  /** Names of makers that it took over or was called once: their machines are answered as its own. */
  readonly former?: readonly string[];
  /** Its product lines. */
  readonly makes: readonly MachineType[];
  /** How its cars or lorries are numbered, which are no construction machines. */
  readonly vehicles?: RegExp;
}

export interface Maker extends MakerName {
  /** Its name of today. Both are on machines, numbered alike. */
  readonly renamed?: MakerName;
  /** One row per product line; of the rows that take a number the first one counts. */
  readonly models?: readonly ModelRow[];
}

/**
 * `strong`: nobody else writes this. `medium`: fits this maker's line. `weak`: believed beside the
 * maker's name only; also what is medium, but a bare number or a letter and two digits.
 */
export type Strength = 'strong' | 'medium' | 'weak';

/**
 * `alone`: strong, and so distinctive that the maker follows from it, unseen (`inferred`). The pattern
 * takes a whole token in capitals without blanks ("320 GC" is 320GC, "LC - 11" is LC-11); `shown` says
 * how people write it, by default as matched.
 */
type ModelRow = readonly [
  type: MachineType,
  strength: Strength | 'alone',
  pattern: string,
  shown?: string,
];

/** -7, -11, -5B, -8M0, -6EB. No maker has come past 25; letters that look like digits are left out. */
export const version = String.raw`(-(?:1\d|2[0-5]|[1-9])(?:[ABCEGHKMNPRSTVX]{1,2}\d?)?)?`;

export const fullLine: readonly MachineType[] = [
  'Excavator',
  'Loader',
  'Bulldozer',
  'Motor Grader',
  'Dump Truck',
  'Roller',
];
