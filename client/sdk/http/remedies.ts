import { failures, type FailureCode } from '../../../contracts/failures.ts';
import { photoKindNames } from '../../../contracts/photos.ts';

/** What people can do about a final failure of an analysis. */
export const remedyOf = (code: FailureCode): string => failures[code].clientRemedy;

/** By code where it says more than the status. */
const refusals: Readonly<Record<string, string>> = {
  404: 'Nothing lies in the store under this upload: upload the photo again.',
  409: 'The photo in the store differs from the one declared or confirmed: upload it again.',
  410: 'The upload is older than 24 hours: upload the photo again.',
  413: 'Scale the photo down below 20 MB.',
  415: `Send a photo that is ${photoKindNames}, with its own content type.`,
  422: 'Correct the fields named.',
  UPLOAD_NOT_DECLARED:
    'Send bytes and checksum with startUpload; an operator may allow uploads without (ALLOW_UNDECLARED_UPLOADS).',
  DAILY_UPLOADS_EXHAUSTED:
    'Upload it at the time named, or ask an operator for a higher UPLOADS_PER_DAY.',
  DAILY_BYTES_EXHAUSTED:
    'Send a smaller photo, upload it at the time named, or ask an operator for a higher UPLOAD_BYTES_PER_DAY.',
};

/** For an upload that the service refused. */
export const refusalRemedy = (status: number, code: string): string =>
  refusals[code] ?? refusals[status] ?? 'Upload the photo again.';

const changeRemedies: Readonly<Record<string, string>> = {
  NO_ANALYSIS: 'Look for it in the list: it was deleted, or belongs to somebody else.',
  NOT_ENDED: 'Wait for its result, or cancel it.',
  ALREADY_ENDED: 'Nothing is left to cancel: its result has come.',
  NOT_REDOABLE: 'Upload the photo again: the service no longer knows what was uploaded.',
};

/** For a change of an analysis that the service refused. */
export const changeRemedy = (code: string): string =>
  changeRemedies[code] ?? 'Correct what the message names.';

/** A bound that is free again in hours. */
export const isDailyBound = (code: string | undefined): boolean =>
  code === 'DAILY_UPLOADS_EXHAUSTED' || code === 'DAILY_BYTES_EXHAUSTED';
