/** The command line is invalid; the message says what of it, and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
