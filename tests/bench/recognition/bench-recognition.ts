// How well recognition answers, and how fast: over the truth set and the drawn photos, or over a folder.
import { aggregate } from '../../../services/vision-adapter/recognition/aggregate.ts';
import { grade, type Grade } from '../../support/recognition/grade.ts';
import {
  answeredCases,
  drawnCases,
  folderCases,
  truthCases,
  type Answered,
  type Case,
} from './cases.ts';
import { percent, printTable, spreadOf } from '../../support/measure/figures.ts';

/** A case with its answer and what that is worth. */
interface Scored extends Answered {
  readonly grades: ReturnType<typeof grade>;
}

/**
 * @param folder recorded answers (.json) and photos, with a `truth.json`; or a truth file alone that holds
 *   what was answered; absent: what the repository has.
 */
export async function benchRecognition(folder: string | undefined): Promise<void> {
  if (folder?.endsWith('.json')) {
    reportAnswers(folder, await answeredCases(folder));
    return;
  }
  if (folder !== undefined) {
    report(folder, await folderCases(folder));
    return;
  }
  report('The truth set: answers by hand', truthCases());
  report('Drawn photos, read by local-vision', await drawnCases());
}

function report(title: string, cases: readonly Case[]): void {
  reportAnswers(
    title,
    cases.map((one) => ({ ...one, answer: aggregate(one.response).aggregate })),
  );
  printSpeed(cases);
}

function reportAnswers(title: string, answered: readonly Answered[]): void {
  const scored = answered.map((one) => ({ ...one, grades: grade(one.answer, one.shows) }));
  printGrades(title, scored);
  printCalibration(scored);
  printMistakes(scored);
}

function printGrades(title: string, scored: readonly Scored[]): void {
  const fields = ['brand', 'type', 'model'] as const;
  const count = (field: (typeof fields)[number], wanted: Grade, among: readonly Scored[]) =>
    String(among.filter(({ grades }) => grades[field] === wanted).length);
  printTable(
    `${title} (${scored.length})`,
    ['', 'right', 'wrong', 'abstained', 'nothing to say'],
    fields.map((field) => [
      field,
      ...(['right', 'wrong', 'abstained', 'silent'] as const).map((wanted) =>
        count(field, wanted, scored),
      ),
    ]),
  );
  const identifiable = scored.filter(({ identifiable }) => identifiable);
  const right = identifiable.filter(({ grades }) => isRight(grades));
  const sure = scored.filter(({ answer }) => answer.isConfident);
  const wrongAndSure = scored.filter(({ grades }) => grades.wrongAndSure);
  console.log(`\nwrong and sure: ${wrongAndSure.length} of ${sure.length} sure (aim: 0)`);
  console.log(
    `right in all: ${right.length} of ${identifiable.length} identifiable, ` +
      `${percent(right.length / identifiable.length)} (aim: at least 80 %)`,
  );
}

const isRight = ({ brand, type, model }: Scored['grades']) =>
  [brand, type, model].every((one) => one === 'right' || one === 'silent');

/** Of the answers that gave a confidence of so much, how many were right in what they named? */
function printCalibration(scored: readonly Scored[]): void {
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const rows = steps.slice(0, -1).map((from, at) => {
    const to = steps[at + 1] ?? 1;
    const within = scored.filter(
      ({ answer: { confidence, brand, type } }) =>
        (brand !== null || type !== null) && confidence >= from && (confidence < to || to === 1),
    );
    const right = within.filter(({ grades: { brand, type } }) => ![brand, type].includes('wrong'));
    const mean = within.reduce((sum, { answer }) => sum + answer.confidence, 0) / within.length;
    return [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      String(within.length),
      within.length === 0 ? '-' : mean.toFixed(2),
      percent(right.length / within.length),
    ];
  });
  printTable('Confidence', ['overall', 'answers', 'mean', 'brand and type right'], rows);
}

function printMistakes(scored: readonly Scored[]): void {
  const wrong = scored.filter(({ grades }) =>
    [grades.brand, grades.type, grades.model].includes('wrong'),
  );
  if (wrong.length === 0) return;
  printTable(
    'Wrong',
    ['', 'answered', 'shows', 'overall', 'sure'],
    wrong.map(({ name, answer, shows }) => [
      name,
      [answer.brand, answer.type, answer.model].map((part) => part ?? '-').join(', '),
      shows.map((part) => part ?? '-').join(', '),
      answer.confidence.toFixed(2),
      answer.isConfident ? 'yes' : 'no',
    ]),
    [0, 1, 2],
  );
}

/** Each answer twenty times, the first pass thrown away. */
function printSpeed(cases: readonly Case[]): void {
  for (const { response } of cases) aggregate(response);
  const times = Array.from({ length: 20 }, () =>
    cases.map(({ response }) => {
      const began = performance.now();
      aggregate(response);
      return performance.now() - began;
    }),
  ).flat();
  const { p50, p95, count } = spreadOf(times);
  printTable(
    'Aggregator, ms per answer (aim: at most 5)',
    ['p50', 'p95', 'slowest', 'answers'],
    [[p50.toFixed(2), p95.toFixed(2), Math.max(...times).toFixed(2), String(count)]],
  );
}
