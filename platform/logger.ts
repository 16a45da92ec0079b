import { pino } from 'pino';

export type Logger = pino.Logger;

/** JSON lines on stdout, one per event, with the process's name; secrets never reach the output. */
export function createLogger(service: string, level = 'info'): Logger {
  const stdout = pino.destination({ dest: 1, sync: true });
  // Without a listener a full disk is an uncaught ENOSPC, whose exit then hangs: lines are lost instead.
  stdout.on('error', () => undefined);
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
  return pino(options, stdout);
}

/** For tests: nothing is printed. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
