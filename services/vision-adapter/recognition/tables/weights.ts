// Every number of the aggregator with its reason, tuned here and nowhere else. The first of them come
// from a prototype; what a fixture of the truth set asked for was changed since. `off` makes a number mean
// nothing: the test of the rules switches one off after the other.

interface Weight {
  /** The chance that a claim of this source is right, or a factor on one; 0..1. */
  readonly value: number;
  readonly off: number;
  readonly reason: string;
}

/** Source of claims: switched off, it claims nothing. */
const source = (value: number, reason: string): Weight => ({ value, off: 0, reason });
/** Factor that holds a claim back: switched off, it does not. */
const doubt = (value: number, reason: string): Weight => ({ value, off: 1, reason });
/** The least that counts: switched off, everything does. */
const floor = (value: number, reason: string): Weight => ({ value, off: 0, reason });
/** The most that counts: switched off, there is no limit. */
const ceiling = (value: number, reason: string): Weight => ({ value, off: 1, reason });

const weightTable = {
  // brand
  logo: source(1, 'Vision scores a logo itself; the score is taken as given'),
  otherTradeNamed: doubt(0, 'a maker’s bank, its lorries, its cars: not its machines'),
  lettering: source(0.8, 'a name on a machine may be its owner’s or its engine’s'),
  prominenceFloor: doubt(0.6, 'small lettering counts less than the tallest, never nothing'),
  prominenceUnknown: source(0.8, 'no box was given: between small and tallest'),
  confidenceUnknown: source(0.8, 'the word came without a confidence'),
  confusable: source(0.75, '0 for O, 8 for B: not sure without a model'),
  fuzzy: source(0.7, 'one character off a name of six letters or more: not sure without a model'),
  ambiguousAlias: doubt(0.6, 'CAT and CASE are words too; without a fitting model'),
  brandFromModel: source(0.3, 'a number of this maker’s kind supports the name seen'),
  brandInferred: source(0.5, 'a model prefix alone: others may paint the same letters'),
  brandBestGuess: source(0.4, 'a guess that names a maker is seldom by chance'),
  brandPageTitle: source(0.1, 'per page that shows the same picture'),
  brandPageTitles: ceiling(0.4, 'at most, over all pages: titles copy each other'),
  otherVehicle: doubt(0.2, 'a car or lorry of a maker that builds both'),
  vehicleToo: doubt(0.6, 'a lorry and a machine, one name without a number: the lorry’s?'),
  formerName: doubt(0.7, 'a name of former days: its machines are answered as today’s maker’s'),
  toy: doubt(0.55, 'a toy, a game or a book bears the same logo and the same shape'),
  webWithoutMachine: doubt(0.3, 'the web names a maker, and nothing shows a machine: an insect'),
  rivalWithoutModel: doubt(0.9, 'another name without a model: a lorry, an engine, a dealer'),
  foreignModel: doubt(0.6, 'the only model seen is another maker’s'),

  // brand and type
  webEntity: ceiling(0.5, 'web scores are not normalised and speak of similar pictures'),

  // type
  typeFromModel: source(0.95, 'the product line follows from the model number'),
  label: ceiling(0.5, 'labels mix up excavators, loaders and dozers'),
  bestGuess: source(0.3, 'one guess without a score'),
  typePageTitle: source(0.15, 'per page that shows the same picture'),
  typePageTitles: ceiling(0.6, 'at most, over all pages'),
  parentForChild: source(0.8, 'a loader seen makes a backhoe loader likelier'),
  modelParentForChild: ceiling(0.3, 'a number knows its size class better than a label does'),
  specificEnough: ceiling(0.7, 'the special case wins when it is this near to the general'),
  outsideProductLine: doubt(0.3, 'the maker seen does not build this kind'),

  // model
  strongModel: source(0.92, 'prefix, number and suffix of one maker only'),
  mediumModel: source(0.9, 'number and letter that fit this maker’s line'),
  weakModel: source(0.78, 'a bare number or two characters, beside the maker’s name'),
  weakApart: doubt(0.41, 'the same away from the name: fleet numbers look like it'),
  apart: doubt(0.9, 'a model away from the maker’s name may belong to something else'),
  repairedDigit: doubt(0.62, 'O read where a known model has 0: never sure by itself'),
  unlistedTail: doubt(0.62, 'a tail that nobody listed: as it is written, not sure'),
  unreadNeighbour: doubt(0.6, 'the word beside it was misread: the number may be cut short'),
  perhapsMisread: doubt(0.6, 'TB23S is not known, TB235 is: which of them stands there?'),
  repairedLetter: doubt(0.6, '0 for O or D, a tail too long: a guess, never sure'),
  cutTail: doubt(0.6, 'more stood behind the dash than could be read'),
  modelCorroborated: source(0.25, 'web entity, guess or two pages name the same model'),
  modelInferred: doubt(0.6, 'no maker is seen: the number may mean something else'),
  weakerRival: doubt(0.5, 'a bare number does not contest a full one: fleet numbers, heights'),
  weakAgainstKind: doubt(0.5, 'a bare number away from the name, of a kind that is not seen'),

  // decisions
  contested: doubt(0.55, 'two answers of equal weight: neither may be sure'),
  contestedFrom: ceiling(0.85, 'a rival this near to the best contests it'),
  incompleteCap: ceiling(0.49, 'without brand or type there is no answer to be sure of'),
  brandFloor: floor(0.2, 'below this a brand is not named'),
  typeFloor: floor(0.25, 'below this a type is not named'),
  modelFloor: floor(0.3, 'below this a model is not named'),
  confidentFrom: floor(0.6, 'lower of brand and type'),
  confidentModel: floor(0.6, 'a doubtful model that is named makes the answer doubtful'),
} as const satisfies Readonly<Record<string, Weight>>;

/** Lengths and distances, each with its reason; not shares of anything. */
const limitTable = {
  longestModel: { value: 5, off: 1, reason: 'tokens of one row: ZX 350 LC - 7' },
  widestGap: {
    value: 1.5,
    off: Infinity,
    reason: 'letters’ heights between two tokens of one number',
  },
  besideWithin: {
    value: 3,
    off: Infinity,
    reason: 'the taller one’s heights between a name and its number',
  },
  fuzzyFrom: {
    value: 6,
    off: 4,
    reason: 'letters; shorter names with one off are many words, and need a model beside',
  },
  runTogetherFrom: {
    value: 3,
    off: Infinity,
    reason: 'letters of a name that a model follows without a blank: CAT320D',
  },
  tokensToInfer: {
    value: 1,
    off: 5,
    reason: 'a maker unseen follows from one word only: "EC 300" is on shops too',
  },
  makersInARow: { value: 3, off: Infinity, reason: 'a list of makers is a dealer’s sign' },
} as const satisfies Readonly<Record<string, Weight>>;

type Numbers<Table> = Readonly<Record<keyof Table, number>>;
export type Weights = Numbers<typeof weightTable & typeof limitTable>;

export const weightRules: Readonly<Record<string, Weight>> = weightTable;
export const limitRules: Readonly<Record<string, Weight>> = limitTable;

/** The numbers in force; those named in `without` say nothing. */
export const weightsWithout = (without: ReadonlySet<string>) =>
  Object.fromEntries(
    Object.entries({ ...weightTable, ...limitTable }).map(([name, { value, off }]) => [
      name,
      without.has(name) ? off : value,
    ]),
  ) as Weights;
