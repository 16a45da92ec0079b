// The log of one service: its own output, and what its launcher did to it.
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface ServiceLog {
  readonly file: string;
  /** A line of the launcher's own. */
  readonly note: (line: string) => void;
  /** Begins a start. A long log becomes `<name>.before.log`: logs do not grow for ever. */
  rotate(): void;
  /** What was written since {@link rotate}. */
  lastLines(count: number): string;
}

const rotatedBytes = 20_000_000;

/** @param warn gets a line for people where the log cannot be written. */
export function openServiceLog(
  folder: string,
  name: string,
  warn: (line: string) => void,
): ServiceLog {
  const file = join(folder, `${name}.log`);
  let began = 0; // where in the file the last start stands
  const attempt = (change: () => void) => {
    try {
      change();
    } catch (error) {
      warn(`log of ${name} not written: ${(error as Error).message}`); // a full disk ends nothing
    }
  };
  return {
    file,
    note(line) {
      attempt(() => {
        appendFileSync(file, `--- ${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
      });
    },
    rotate() {
      attempt(() => {
        if (sizeOf(file) > rotatedBytes) renameSync(file, file.replace(/\.log$/, '.before.log'));
        began = sizeOf(file);
      });
    },
    lastLines(count) {
      try {
        const log = readFileSync(file).subarray(began).toString();
        return log.trimEnd().split('\n').slice(-count).join('\n');
      } catch (error) {
        return `(no log: ${(error as Error).message})`;
      }
    },
  };
}

const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size : 0);
