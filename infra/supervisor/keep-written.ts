// A file that the launcher keeps up to date: a full disk is reported once and tried again, and ends nothing.
const againAfterMs = 5_000;

/** @returns what writes it now, and after a failure again until it is written. */
export function keepWritten(
  what: string,
  write: () => void,
  log: (line: string) => void,
  delayMs = againAfterMs,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const attempt = () => {
    try {
      write();
      if (timer !== undefined) log(`${what} written again`);
      clearTimeout(timer);
      timer = undefined;
    } catch (error) {
      if (timer === undefined)
        log(`${what} not written: ${(error as Error).message}; trying again`);
      clearTimeout(timer);
      timer = setTimeout(attempt, delayMs).unref();
    }
  };
  return attempt;
}
