// What derives from contracts/failures.ts: the tables of docs/operations.md and the enum of the schema.
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

export const finalFailuresTable = () => table(failureCodes);
export const retriedFailuresTable = () => table(retriedCodes);

/** schema.graphql with its `FailureCode` renewed. */
export function withFailureEnum(schema: string): string {
  const values = failureCodes.map((code) => `  "${failures[code].clientRemedy}"\n  ${code}\n`);
  const place = /(?<=^enum FailureCode \{\n)[^}]*(?=\})/m;
  if (!place.test(schema)) throw new Error('missing in the schema: enum FailureCode');
  return schema.replace(place, () => values.join(''));
}
