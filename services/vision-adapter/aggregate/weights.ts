// Every number of the aggregator with its reason. They come from a prototype on recorded answers
// and are tuned here, nowhere else. A weight is the chance that a claim of this source is right.

interface Weight {
  readonly value: number;
  readonly reason: string;
}

const table = {
  // brand
  logo: { value: 1, reason: 'Vision scores a logo itself; the score is taken as given' },
  lettering: { value: 0.8, reason: 'a name on a machine may be its owner’s or its engine’s' },
  prominenceFloor: {
    value: 0.6,
    reason: 'small lettering counts less than the tallest, never nothing',
  },
  prominenceUnknown: { value: 0.8, reason: 'no box was given: between small and tallest' },
  confidenceUnknown: { value: 0.8, reason: 'the word came without a confidence' },
  confusable: { value: 0.9, reason: '0 for O, 8 for B: the usual slips in reading a known name' },
  fuzzy: { value: 0.85, reason: 'one character off a name of six letters or more' },
  ambiguousAlias: { value: 0.6, reason: 'CAT and CASE are words too; without a fitting model' },
  brandFromModel: { value: 0.3, reason: 'a number of this maker’s kind supports the name seen' },
  brandInferred: { value: 0.5, reason: 'a model prefix alone: others may paint the same letters' },
  webEntity: { value: 0.5, reason: 'web scores are not normalised and speak of similar pictures' },
  bestGuess: { value: 0.3, reason: 'one guess without a score' },
  brandBestGuess: { value: 0.4, reason: 'a guess that names a maker is seldom by chance' },
  brandPageTitle: { value: 0.1, reason: 'per page that shows the same picture' },
  brandPageTitles: { value: 0.4, reason: 'at most, over all pages: titles copy each other' },
  otherVehicle: { value: 0.3, reason: 'a car or lorry of a maker that builds both' },

  // type
  typeFromModel: { value: 0.95, reason: 'the product line follows from the model number' },
  typeInferred: { value: 0.6, reason: 'no maker seen: the number may mean something else' },
  label: { value: 0.5, reason: 'labels mix up excavators, loaders and dozers' },
  typePageTitle: { value: 0.15, reason: 'per page that shows the same picture' },
  typePageTitles: { value: 0.6, reason: 'at most, over all pages' },
  parentForChild: { value: 0.8, reason: 'a loader seen makes a backhoe loader likelier' },
  modelParentForChild: {
    value: 0.3,
    reason: 'a model number knows its size class better than a label',
  },
  specificEnough: {
    value: 0.7,
    reason: 'the special case wins when it is this near to the general',
  },
  outsideProductLine: { value: 0.3, reason: 'the maker seen does not build this kind' },

  // model
  strongModel: { value: 0.92, reason: 'prefix, number and suffix of one maker only' },
  mediumModel: { value: 0.9, reason: 'number and letter that fit this maker’s line' },
  weakModel: { value: 0.78, reason: 'a bare number or two characters, beside the maker’s name' },
  weakModelApart: {
    value: 0.32,
    reason: 'the same away from the name: fleet numbers look like it',
  },
  apart: { value: 0.9, reason: 'a model away from the maker’s name may belong to something else' },
  repairedDigit: { value: 0.9, reason: 'O read where only 0 can stand' },
  repairedLetter: { value: 0.6, reason: '0 for O or D, a tail cut off: a guess, never sure' },
  modelCorroborated: { value: 0.25, reason: 'web entity, guess or two pages name the same model' },
  modelInferred: { value: 0.6, reason: 'no maker seen' },

  // decisions
  contested: { value: 0.55, reason: 'two answers of equal weight: neither may be sure' },
  contestedFrom: { value: 0.85, reason: 'a rival this near to the best contests it' },
  rivalWithoutModel: {
    value: 0.9,
    reason: 'another name without a model: a lorry, an engine, a dealer',
  },
  foreignModel: { value: 0.6, reason: 'the only model seen is another maker’s' },
  incompleteCap: { value: 0.49, reason: 'without brand or type there is no answer to be sure of' },
  brandFloor: { value: 0.2, reason: 'below this a brand is not named' },
  typeFloor: { value: 0.2, reason: 'below this a type is not named' },
  modelFloor: { value: 0.3, reason: 'below this a model is not named' },
  confidentFrom: { value: 0.6, reason: 'lower of brand and type' },
  confidentModel: {
    value: 0.6,
    reason: 'a named model that is doubtful makes the answer doubtful',
  },
} as const satisfies Readonly<Record<string, Weight>>;

export type WeightName = keyof typeof table;
export type Weights = Readonly<Record<WeightName, number>>;

export const weightTable: Readonly<Record<WeightName, Weight>> = table;

export const weights = Object.fromEntries(
  Object.entries(weightTable).map(([name, { value }]) => [name, value]),
) as Weights;
