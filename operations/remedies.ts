import type { FailureCode } from '../contracts/recognition.ts';

/** What each failure means, and what helps. docs/operations.md says it at length. */
export const remedies: Readonly<Record<FailureCode, string>> = {
  OBJECT_MISSING:
    'the photo is not in the bucket: kept for IMAGE_RETENTION, or in another store that the stack ran before; else it must be uploaded again',
  OBJECT_CHANGED: 'the photo was overwritten after its confirmation: it must be uploaded again',
  IMAGE_UNREADABLE: 'the bytes are no readable image: another photo is needed',
  IMAGE_TOO_LARGE:
    'too many pixels, or too slow to decode; the message says which: a smaller photo is needed, saved not progressive',
  IMAGE_UNSUPPORTED: 'not jpeg, png or webp: another photo is needed',
  VISION_REFUSED:
    'Vision refused this photo; the message says why. `redo` helps if the cause is gone',
  TIMED_OUT:
    'no recognition within its patience: see why the adapter or Vision was away, then `redo`',
  CANCELLED: 'an operator cancelled it; `redo` analyses it after all',
  TERMINATED: 'an operator terminated it; `redo` analyses it after all',
};
