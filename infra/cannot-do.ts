/** The machine or the user's wish stands in the way. The message is one sentence with its remedy. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo';
  readonly code = 'CANNOT_DO';
}
