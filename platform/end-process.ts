/** Throws outside of any handler, which ends the process: for an error that only a person can resolve. */
export function endProcess(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
