import { printTable } from '../../tests/support/measure/figures.ts';
import type { WeighingDescription } from './describe-weighing.ts';

/** What recognition weighed, as tables for a terminal. */
export function printTables({
  answer,
  status,
  reasons,
  lettering,
  named,
  claims,
}: WeighingDescription): void {
  print(
    'Lettering',
    ['row', 'word', 'taken as', 'read', 'height'],
    [1, 2],
    lettering.map(({ row, word, takenAs, rejectedBy, confidence, height }) => [
      String(row),
      word,
      takenAs ?? (rejectedBy === null ? '' : `rejected: ${rejectedBy}`),
      confidence?.toFixed(2) ?? '-',
      height?.toFixed(0) ?? '-',
    ]),
  );
  print(
    'Named by Vision',
    ['by', 'what', 'score'],
    [0, 1],
    named.map(({ by, name, score }) => [by, name, score?.toFixed(2) ?? '']),
  );
  print(
    'Claims',
    ['about', 'value', 'by', 'weight', 'reason'],
    [0, 1, 2, 4],
    claims.map(({ about, value, by, weight, reason }) => [
      about,
      value,
      by,
      weight.toFixed(2),
      reason,
    ]),
  );
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

/** A table with nothing in it is not printed. */
function print(
  title: string,
  head: readonly string[],
  left: readonly number[],
  rows: readonly (readonly string[])[],
) {
  if (rows.length > 0) printTable(title, head, rows, left);
}
