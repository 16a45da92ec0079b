// What kind of machine the picture shows, as Vision's labels and the web say it. Lettering is not
// asked: "excavator hire" on a lorry is its owner's trade.
import type { Claim, Evidence, Named } from '../evidence/evidence.ts';
import { lorries, otherVehicles, taxonomy, toys, type MachineType } from '../tables/taxonomy.ts';
import type { Weights } from '../tables/weights.ts';

export type TypeClaim = Claim<MachineType>;

const typeByWords = new Map(
  Object.entries(taxonomy).flatMap(([type, { words }]) =>
    words.map((phrase) => [asPhrase(phrase), type as MachineType] as const),
  ),
);
const longestPhrase = Math.max(...[...typeByWords.keys()].map((words) => words.split(' ').length));
const vehicles = new Set(otherVehicles.map(asPhrase));
const roadVehicles = new Set([...vehicles, ...lorries.map(asPhrase)]);
const playthings = new Set(toys.map(asPhrase));

/** The kinds that a text names. "Backhoe loader" is one, and no loader besides. */
function typesNamedIn(text: string): MachineType[] {
  const words = asPhrase(text).split(' ');
  const found: MachineType[] = [];
  for (let from = 0; from < words.length; from += 1)
    for (let length = Math.min(longestPhrase, words.length - from); length > 0; length -= 1) {
      const type = typeByWords.get(words.slice(from, from + length).join(' '));
      if (type === undefined) continue;
      found.push(type);
      from += length - 1;
      break;
    }
  return [...new Set(found)];
}

/** Lower case, words parted by one blank, plural -s gone. */
function asPhrase(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => (word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word))
    .join(' ');
}

export function claimTypes(evidence: Evidence, weights: Weights): TypeClaim[] {
  return [
    ...claimsOf(evidence.labels, 'label', weights.label, 'A label of the picture says so.'),
    ...claimsOf(
      evidence.objects,
      'object',
      weights.label,
      'An object found in the picture says so.',
    ),
    ...claimsOf(
      evidence.entities,
      'web-entity',
      weights.webEntity,
      'The web knows similar pictures of this kind.',
    ),
    ...evidence.bestGuesses.flatMap((guess) =>
      typesNamedIn(guess).map((value): TypeClaim => ({
        value,
        source: 'best-guess',
        weight: weights.bestGuess,
        reason: 'The web’s best guess names this kind.',
      })),
    ),
    ...claimsOfTitles(evidence.pageTitles, weights),
  ];
}

function claimsOf(
  named: readonly Named[],
  source: 'label' | 'object' | 'web-entity',
  weight: number,
  reason: string,
): TypeClaim[] {
  return named.flatMap(({ name, score, outline }) =>
    typesNamedIn(name).map((value) => ({
      ...{ value, source, reason, outline },
      weight: weight * asShare(score),
    })),
  );
}

/** Web scores may exceed 1; 0 means not given. */
export const asShare = (score: number) => (score > 0 ? Math.min(score, 1) : 0.5);

function claimsOfTitles(titles: readonly string[], weights: Weights): TypeClaim[] {
  const votes = new Map<MachineType, number>();
  for (const title of new Set(titles))
    for (const type of typesNamedIn(title)) votes.set(type, (votes.get(type) ?? 0) + 1);
  return [...votes].map(([value, count]) => ({
    value,
    source: 'page-titles',
    weight: Math.min(count * weights.typePageTitle, weights.typePageTitles),
    reason: 'Pages with this picture name this kind.',
  }));
}

/** A car, a lorry, a bus: seen by name. */
export const showsOtherVehicle = (evidence: Evidence) => shows(evidence, vehicles);

/** The same, and lorries: beside a machine. */
export const showsRoadVehicle = (evidence: Evidence) => shows(evidence, roadVehicles);

export const showsToy = (evidence: Evidence) => shows(evidence, playthings);

const shows = ({ labels, objects, entities }: Evidence, phrases: ReadonlySet<string>) =>
  [...labels, ...objects, ...entities].some(({ name }) => phrases.has(asPhrase(name)));
