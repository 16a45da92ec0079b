import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { pino } from 'pino';

export type Logger = pino.Logger;

/** JSON lines on stdout, one per event, with the process's name; secrets never reach the output. */
export function createLogger(service: string, level = 'info'): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['authorization', '*.authorization', 'headers.authorization', 'token', '*.token'],
      censor: '***',
    },
  };
  return pino(options, { write: isStream() ? streamWriter() : writeToFile });
}

/** For tests: nothing is printed. */
export const silentLogger = (): Logger => pino({ level: 'silent' });

/** Ends the process when its lines have been read, or after a moment: nobody may be reading them. */
export function exitProcess(code: number): void {
  const exit = () => process.exit(code);
  if (!isStream() || process.stdout.writableLength === 0) exit();
  process.stdout.write('', exit);
  setTimeout(exit, lastLinesMs);
}

const lastLinesMs = 1_000;
const unreadBytes = 4 * 1024 * 1024; // a reader that stands still: what comes on top is lost

const isStream = () => {
  const stdout = fstatSync(1);
  return stdout.isFIFO() || stdout.isSocket() || isatty(1);
};

/** Node writes to a pipe without blocking; a write that blocks would keep SIGTERM from being handled. */
function streamWriter(): (line: string) => void {
  const { stdout } = process;
  stdout.on('error', () => undefined); // its reader has gone
  return (line) => {
    if (stdout.writableLength < unreadBytes) stdout.write(line);
  };
}

/** At once, so that a crash loses nothing. What a full disk refuses is lost, and ends no process. */
function writeToFile(line: string): void {
  try {
    for (let rest = Buffer.from(line); rest.length > 0;) rest = rest.subarray(writeSync(1, rest));
  } catch {
    // nowhere to say it
  }
}
