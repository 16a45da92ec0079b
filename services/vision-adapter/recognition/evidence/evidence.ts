// What Vision saw, in words of our own: nothing here knows a maker or a machine.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners of a word as it stands: top left, top right, bottom right, bottom left of its letters. */
export type Corners = readonly [Point, Point, Point, Point];

export interface Word {
  /** As read, with its case. */
  readonly text: string;
  /** 0..1; undefined: not given. */
  readonly confidence: number | undefined;
  readonly corners: Corners | undefined;
}

/** Words that stand in one row, left to right. */
export type Line = readonly Word[];

/** Something that Vision named, with its score (0..1 for logos and labels; web scores may exceed 1). */
export interface Named {
  readonly name: string;
  readonly score: number;
  /** Undefined: nowhere in the picture, as a label or what the web says. */
  readonly outline?: Outline | undefined;
}

/** Corners of an area, in pixels of the picture that Vision was given. */
export type Outline = readonly Point[];

/** Width and height of that picture, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface Evidence {
  readonly lines: readonly Line[];
  readonly logos: readonly Named[];
  readonly labels: readonly Named[];
  readonly objects: readonly Named[];
  readonly entities: readonly Named[];
  readonly bestGuesses: readonly string[];
  readonly pageTitles: readonly string[];
}

/**
 * Sources of one group look at the same thing, so the best of them counts; groups are independent
 * of each other and add up.
 */
type Group = 'pixels' | 'scene' | 'web' | 'page-titles' | 'model-number';

export type Source =
  | 'lettering'
  | 'logo'
  | 'label'
  | 'object'
  | 'web-entity'
  | 'best-guess'
  | 'page-titles'
  | 'model-number';

/** One piece of evidence turned into one statement: `value` is right with probability `weight`. */
export interface Claim<Value extends string = string> {
  readonly value: Value;
  readonly source: Source;
  readonly weight: number;
  /** A sentence for people, without text from the photo. */
  readonly reason: string;
  readonly outline?: Outline | undefined;
}

/** A verdict, or none, and why. */
export interface Judged<Verdict, Value extends string = string> {
  readonly verdict: Verdict | undefined;
  readonly reasons: readonly string[];
  /** All that was claimed, for and against, with the weight that it has in the end. */
  readonly claims: readonly Claim<Value>[];
}

const groupOf: Readonly<Record<Source, Group>> = {
  lettering: 'pixels',
  logo: 'pixels',
  label: 'scene',
  object: 'scene',
  'web-entity': 'web',
  'best-guess': 'web',
  'page-titles': 'page-titles',
  'model-number': 'model-number',
};

/** Best of each group, then 1 - product of (1 - p) over the groups. */
export function combine(claims: readonly Pick<Claim, 'source' | 'weight'>[]): number {
  const best = new Map<Group, number>();
  for (const { source, weight } of claims)
    best.set(groupOf[source], Math.max(best.get(groupOf[source]) ?? 0, Math.min(weight, 1)));
  const probability = 1 - [...best.values()].reduce((doubt, weight) => doubt * (1 - weight), 1);
  return Math.round(probability * 1e9) / 1e9; // 1 - (1 - .2) is below .2
}
