/** What people compare: the middle, the slow end, and how many were measured. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

/** @throws {RangeError} nothing was measured. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('values: empty; at least one is needed');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), count: sorted.length };
}

/** A table with a title, its numbers aligned to the right; columns of words (`left`) to the left. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[] = [0],
): void {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        left.includes(column)
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  console.log(`\n${title}\n${line(head)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}

export const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
export const ratio = (value: number) => value.toFixed(2);
/** Nothing for a share of nothing. */
export const percent = (share: number) =>
  Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : '-';
