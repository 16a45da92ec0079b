// What recognition weighed, as tables for a terminal.
import type { Weighing } from '../../services/vision-adapter/recognition/aggregate.ts';
import type { Claim, Named } from '../../services/vision-adapter/recognition/evidence/evidence.ts';
import { heightOf } from '../../services/vision-adapter/recognition/evidence/letters.ts';
import { printTable } from '../../tests/bench/figures.ts';

/** The text of the photo is printed too: this is for a terminal, not for a log. */
export function printWeighing(weighing: Weighing): void {
  const { aggregate: answer, status, reasons } = weighing.verdict;
  print('Lettering', ['row', 'word', 'taken as', 'read', 'height'], [1, 2], lettering(weighing));
  print('Named by Vision', ['by', 'what', 'score'], [0, 1], namedByVision(weighing));
  print('Claims', ['about', 'value', 'by', 'weight', 'reason'], [0, 1, 2, 4], claims(weighing));
  print(
    'Answer',
    ['', 'value', 'confidence'],
    [0, 1],
    [
      ['brand', answer.brand ?? '-', answer.brandConfidence.toFixed(2)],
      ['type', answer.type ?? '-', answer.typeConfidence.toFixed(2)],
      ['model', answer.model ?? '-', answer.modelConfidence.toFixed(2)],
      ['overall', answer.isConfident ? 'sure' : 'not sure', answer.confidence.toFixed(2)],
      ['status', status, ''],
    ],
  );
  console.log(`\nReasons\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
}

type Cells = readonly (readonly string[])[];

/** A table with nothing in it is not printed. */
function print(title: string, head: readonly string[], left: readonly number[], rows: Cells) {
  if (rows.length > 0) printTable(title, head, rows, left);
}

function lettering({ rows, mentions, models }: Weighing): string[][] {
  const share = (value: number | undefined) => value?.toFixed(2) ?? '-';
  return rows.flat().map((token) => {
    const maker = mentions.find(({ tokens }) => tokens.includes(token));
    const own = models.filter(({ tokens }) => tokens.includes(token)).map(({ model }) => model);
    const taken = maker?.brand.name ?? [...new Set(own)].join(', ');
    const rejected = token.rejectedBy === undefined ? '' : `no model: ${token.rejectedBy}`;
    const height = heightOf(token.word);
    return [
      String(token.row + 1),
      token.text,
      taken || rejected,
      share(token.word.confidence),
      height === undefined ? '-' : height.toFixed(0),
    ];
  });
}

function namedByVision({ evidence }: Weighing): string[][] {
  const scored = (by: string, named: readonly Named[]) =>
    named.map(({ name, score }) => [by, name, score.toFixed(2)]);
  const unscored = (by: string, names: readonly string[]) => names.map((name) => [by, name, '']);
  return [
    ...scored('logo', evidence.logos),
    ...scored('label', evidence.labels),
    ...scored('object', evidence.objects),
    ...scored('web entity', evidence.entities),
    ...unscored('best guess', evidence.bestGuesses),
    ...unscored('page title', evidence.pageTitles),
  ];
}

function claims({ brand, type, models }: Weighing): string[][] {
  const made = (about: string, claimed: readonly Claim[]) =>
    [...claimed]
      .sort((one, other) => other.weight - one.weight)
      .map(({ value, source, weight, reason }) => [
        about,
        value,
        source,
        weight.toFixed(2),
        reason,
      ]);
  return [
    ...made('brand', brand.claims),
    ...made('type', type.claims),
    ...models.map(({ model, strength, reading, beside, weight }) => [
      'model',
      model,
      'lettering',
      weight.toFixed(2),
      `${strength}, ${reading}, ${beside ? 'beside the name' : 'away from the name'}`,
    ]),
  ];
}
