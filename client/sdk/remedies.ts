import type { FailureCode } from '../../contracts/schema.generated.ts';

/** What people can do about each final failure of an analysis. */
const failureRemedies: Readonly<Record<FailureCode, string>> = {
  OBJECT_MISSING: 'The photo is gone from the store: upload it again.',
  OBJECT_CHANGED: 'The photo was overwritten after its confirmation: upload it again.',
  IMAGE_UNREADABLE: 'The file is damaged: open it in a viewer, save it anew and upload that.',
  IMAGE_TOO_LARGE: 'The photo has too many pixels: scale it down and upload that.',
  IMAGE_UNSUPPORTED: 'Convert the photo to JPEG, PNG or WebP and upload that.',
  VISION_REFUSED: 'Recognition does not take this photo: try another one of the same machine.',
  TIMED_OUT: 'Recognition was away for too long: ask an operator to redo it, or upload it again.',
  CANCELLED: 'An operator cancelled it: ask why, or upload the photo again.',
  TERMINATED: 'An operator ended it: ask why, or upload the photo again.',
};

export const remedyOf = (code: FailureCode): string => failureRemedies[code];

const refusals: Readonly<Record<number, string>> = {
  404: 'Nothing was uploaded under this ticket: upload the photo again.',
  409: 'The photo in the store is another one than confirmed: upload it again.',
  410: 'The ticket is older than 24 hours: upload the photo again.',
  413: 'Scale the photo down below 20 MB.',
  415: 'Send a JPEG, PNG or WebP photo, with its own content type.',
  422: 'Correct the fields named.',
};

/** For an upload that the service refused with this status. */
export const refusalRemedy = (status: number): string =>
  refusals[status] ?? 'Upload the photo again.';
