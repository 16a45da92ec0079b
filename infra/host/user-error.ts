/** The machine or what the user asked for stands in the way. The message is one sentence with its remedy. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code = 'USER_ERROR';
}

export class NotFoundError extends UserError {}

/** What was asked for does not go with the state of things: it may at another time. */
export class ConflictError extends UserError {}

/** Not a fault: it was stopped while it was on its way. */
export class AbortError extends Error {
  override readonly name = 'AbortError';
}

// What a disk refuses, as a sentence for the user instead of a stack trace.
const remedies: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only: use a clone on a disk that can be written',
  EACCES: 'this user may not write there: make it writable, or use a clone of your own',
  EPERM: 'this user may not write there: make it writable, or use a clone of your own',
  ENOSPC: 'the disk is full: free some space, then try again',
  EDQUOT: "this user's share of the disk is used up: free some space, then try again",
};

/** @returns undefined for any other error. */
export function describeDiskError(error: unknown): string | undefined {
  const { code = '', path } = (error ?? {}) as NodeJS.ErrnoException;
  const remedy = remedies[code];
  if (remedy === undefined) return undefined;
  return `cannot write ${path ?? 'to the disk'} (${code}): ${remedy}.`;
}
