/** The machine or what the user asked for stands in the way. The message is one sentence with its remedy. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code = 'USER_ERROR';
}
