import { pino } from 'pino';

export type Logger = pino.Logger;

/** JSON lines on stdout, one per event, with the process's name; secrets never reach the output. */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['authorization', '*.authorization', 'headers.authorization', 'token', '*.token'],
      censor: '***',
    },
  });
}

/** For tests: nothing is printed. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
