// Draws what derives from contracts/failures.ts: `npm run codegen` writes it, a test compares.
import { failureCodes, failures, retriedCodes } from '../../contracts/failures.ts';

type Code = keyof typeof failures;

const table = (codes: readonly Code[]) =>
  [
    '| code | means | remedy |',
    '|---|---|---|',
    ...codes.map((code) => {
      const { meaning, operatorRemedy } = failures[code];
      return `| \`${code}\` | ${meaning} | ${operatorRemedy} |`;
    }),
  ].join('\n');

/** docs/operations.md with its tables renewed: each stands between a comment with its name and one with `end`. */
export function withFailureTables(page: string): string {
  const tables = { 'final failures': table(failureCodes), 'retried failures': table(retriedCodes) };
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      renewed(text, new RegExp(`(?<=<!-- ${name}: .* -->\n)[^]*?(?=\n<!-- end -->)`), rows),
    page,
  );
}

/** schema.graphql with its `FailureCode` renewed. */
export function withFailureEnum(schema: string): string {
  const values = failureCodes.map((code) => `  "${failures[code].clientRemedy}"\n  ${code}\n`);
  return renewed(schema, /(?<=^enum FailureCode \{\n)[^}]*(?=\})/m, values.join(''));
}

function renewed(text: string, place: RegExp, content: string): string {
  if (!place.test(text)) throw new Error(`nothing to renew: no place fits ${String(place)}`);
  return text.replace(place, () => content);
}
