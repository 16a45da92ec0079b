/**
 * Runs `work` while no other living process of this machine holds the lock file.
 *
 * @param onWait called once, when another one holds it.
 */
export function withLock<Result>(
  file: string,
  onWait: () => void,
  work: () => Promise<Result> | Result,
): Promise<Result>;
