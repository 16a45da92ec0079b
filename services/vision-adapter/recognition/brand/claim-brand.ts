// What speaks for one maker: its name, its logo, the web, a number of its kind.
import type { Brand } from '../tables/known-makers.ts';
import type { Claim, Evidence } from '../evidence/evidence.ts';
import type { Mention } from '../lettering/find-mentions.ts';
import type { ModelRead } from '../model/find-models.ts';
import { asShare } from '../type/claim-types.ts';
import { heightOf } from '../evidence/letters.ts';
import type { MakersNamed, NamedMaker } from '../lettering/read-name.ts';
import { companyWords } from '../tables/words.ts';
import { outlineOfTokens, type Row } from '../lettering/tokens.ts';
import type { Weights } from '../tables/weights.ts';

export interface BrandEvidence {
  readonly evidence: Evidence;
  readonly rows: readonly Row[];
  readonly mentions: readonly Mention[];
  readonly named: MakersNamed;
  readonly models: readonly ModelRead[];
  readonly weights: Weights;
  readonly nameRules: readonly NameRule[];
}

/** What a name needs to count, once the model that stands with it is known. */
interface NameRule {
  readonly name: string;
  readonly what: string;
  readonly counts: (mention: Mention, row: Row, model: ModelRead | undefined) => boolean;
}

export const nameRules: readonly NameRule[] = [
  {
    name: 'faintNeedsModel',
    what: 'VOLV is Volvo where one of its numbers stands beside',
    counts: ({ reading }, _, model) =>
      reading !== 'faint' || (model?.beside === true && model.reading === 'exact'),
  },
  {
    name: 'wordInPhrase',
    what: 'IN CASE OF, GÉNIE CIVIL, 59065 HAMM: an everyday word among others is a phrase',
    counts: ({ word, tokens }, row, model) =>
      !word ||
      model !== undefined ||
      row.every(
        (token) =>
          tokens.includes(token) || companyWords.has(token.text) || /^\d{1,4}$/u.test(token.text),
      ),
  },
];

export interface BrandClaims {
  readonly claims: readonly Claim[];
  /** Its name or its logo is in the picture. */
  readonly seen: boolean;
  /** The best number of its kind that is read as it stands. */
  readonly model: ModelRead | undefined;
}

export function claimBrand(brand: Brand, given: BrandEvidence): BrandClaims {
  const { named, models, weights } = given;
  const own = models.filter((read) => read.line.brands.includes(brand.name));
  const model = own.filter(isTelling).sort((one, other) => other.weight - one.weight)[0];
  const direct = [
    ...claimLettering(brand, given, model),
    ...claimLogos(brand, named, weights),
  ].filter(({ weight }) => weight > 0);
  const web = claimWeb(brand, named, weights);
  const seen = direct.length > 0;
  const number =
    seen || web.length > 0
      ? claimFromModel(brand, model, weights)
      : claimFromModelAlone(brand, own, weights);
  const claims = [...direct, ...web, ...number].filter(({ weight }) => weight > 0);
  return { claims, seen, model };
}

/** Read as it stands, and more than a bare number away from the name. */
const isTelling = (read: ModelRead) =>
  read.reading !== 'guessed' && (read.strength !== 'weak' || read.beside);

const claimOf = (
  { name }: Brand,
  source: Claim['source'],
  weight: number,
  reason: string,
  outline?: Claim['outline'],
): Claim => ({ value: name, source, weight, reason, outline });

function claimLettering(
  brand: Brand,
  { evidence, rows, mentions, weights, nameRules: rules }: BrandEvidence,
  model: ModelRead | undefined,
): Claim[] {
  const own = mentions.filter((mention) => mention.brand === brand);
  if (own.length === 0) return [];
  const tallest = evidence.lines
    .flat()
    .reduce((height, word) => Math.max(height, heightOf(word) ?? 0), 0);
  return own
    .filter((mention) =>
      rules.every(({ counts }) => counts(mention, rows[mention.tokens[0]?.row ?? 0] ?? [], model)),
    )
    .map(({ tokens, reading, word }) => {
      const read = Math.min(...tokens.map((t) => t.word.confidence ?? weights.confidenceUnknown));
      const height = tokens[0] === undefined ? undefined : heightOf(tokens[0].word);
      const slip = {
        exact: 1,
        confusable: weights.confusable,
        fuzzy: weights.fuzzy,
        faint: weights.fuzzy,
      }[reading];
      const trust = word && model === undefined ? weights.ambiguousAlias : 1;
      const misread = reading === 'exact' ? '' : ', with a letter misread';
      return claimOf(
        brand,
        'lettering',
        weights.lettering * read * prominence(height, tallest, weights) * slip * trust,
        `${brand.name} is written in the picture${misread}.`,
        outlineOfTokens(tokens),
      );
    });
}

function prominence(height: number | undefined, tallest: number, weights: Weights): number {
  if (height === undefined || tallest === 0) return weights.prominenceUnknown;
  return weights.prominenceFloor + (1 - weights.prominenceFloor) * (height / tallest);
}

function claimLogos(brand: Brand, { logos }: MakersNamed, weights: Weights): Claim[] {
  return logos
    .filter((logo) => logo.brand === brand)
    .map(({ score, otherTrade, outline }) =>
      claimOf(
        brand,
        'logo',
        weights.logo * Math.min(score, 1) * (otherTrade ? weights.otherTradeNamed : 1),
        `The logo of ${brand.name} is in the picture.`,
        outline,
      ),
    );
}

function claimWeb(
  brand: Brand,
  { entities, bestGuesses, pageTitles }: MakersNamed,
  weights: Weights,
): Claim[] {
  const own = (maker: NamedMaker) => maker.brand === brand;
  const titles = pageTitles.filter(own).length;
  const votes = Math.min(titles * weights.brandPageTitle, weights.brandPageTitles);
  return [
    ...entities
      .filter(own)
      .map(({ score }) =>
        claimOf(
          brand,
          'web-entity',
          weights.webEntity * asShare(score),
          `The web knows similar pictures of ${brand.name}.`,
        ),
      ),
    ...bestGuesses
      .filter(own)
      .map(() =>
        claimOf(
          brand,
          'best-guess',
          weights.brandBestGuess,
          `The web’s best guess is ${brand.name}.`,
        ),
      ),
    claimOf(brand, 'page-titles', votes, `Pages with this picture name ${brand.name}.`),
  ].filter(({ weight }) => weight > 0);
}

function claimFromModel(brand: Brand, model: ModelRead | undefined, weights: Weights): Claim[] {
  if (model === undefined) return [];
  const weight = weights.brandFromModel * model.weight;
  const reason = `The model number fits ${brand.name}.`;
  return [claimOf(brand, 'model-number', weight, reason, outlineOfTokens(model.tokens))];
}

/** Nothing names the maker: a number that nobody else paints may. */
function claimFromModelAlone(brand: Brand, own: readonly ModelRead[], weights: Weights): Claim[] {
  const inferring = own.find(
    ({ line, reading, tokens }) =>
      line.alone && reading === 'exact' && tokens.length <= weights.tokensToInfer,
  );
  if (inferring === undefined) return [];
  return [
    claimOf(
      brand,
      'model-number',
      weights.brandInferred * inferring.weight,
      `No maker is seen; the model number is of the kind that ${brand.name} uses.`,
      outlineOfTokens(inferring.tokens),
    ),
  ];
}
