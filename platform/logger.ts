import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { pino } from 'pino';

export type Logger = pino.Logger;

/** @returns whether there was room for the line. */
type Write = (line: string) => boolean;

/** JSON lines on stdout, one per event, with the process's name; secrets never reach the output. */
export function createLogger(
  service: string,
  level = 'info',
  write: Write = isStream() ? streamWriter() : writeNow,
): Logger {
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
  const report = (lines: number) => {
    logger.child({}, { level: 'warn' }).warn({ lines }, lostLines); // whatever the level is
  };
  const logger: Logger = pino(options, { write: countLost(write, report) });
  return logger;
}

const lostLines = 'log lines lost before the last one: stdout had no room';

function countLost(write: Write, report: (lines: number) => void): (line: string) => void {
  let lost = 0;
  return (line) => {
    if (!write(line)) {
      lost += 1;
      return;
    }
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    report(lines);
    if (lost > 0) lost = lines; // of the report there was no room either
  };
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

/** Ends the process with a last line. Nothing else of it runs meanwhile: it is broken. */
export function crashProcess(
  { service, level }: { readonly service: string; readonly level: string },
  log: (logger: Logger) => void,
): never {
  const lineOpen = isStream() && process.stdout.writableLength > 0;
  log(createLogger(service, level, (line) => writeNow(lineOpen ? `\n${line}` : line)));
  process.exit(1);
}

const lastLinesMs = 1_000;
const unreadBytes = 4 * 1024 * 1024; // a reader that stands still: what comes on top is lost

const isStream = () => {
  const stdout = fstatSync(1);
  return stdout.isFIFO() || stdout.isSocket() || isatty(1);
};

/** Node writes to a pipe without blocking; a write that blocks would keep SIGTERM from being handled. */
function streamWriter(): Write {
  const { stdout } = process;
  stdout.on('error', () => undefined); // its reader has gone
  return (line) => {
    const hasRoom = stdout.writableLength < unreadBytes;
    if (hasRoom) stdout.write(line);
    return hasRoom;
  };
}

/** Blocks, so that a crash loses nothing. What a full disk refuses is lost, and ends no process. */
function writeNow(line: string): boolean {
  const deadline = Date.now() + lastLinesMs;
  for (let rest = Buffer.from(line); rest.length > 0;)
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN'; // a pipe that may still be read
      if (!isFull || Date.now() > deadline) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  return true;
}
