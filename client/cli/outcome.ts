import type { Recognition } from '../../contracts/schema.generated.ts';

/** How many of the same user's photos come before it, and about how long it takes. */
export interface Place {
  readonly ownAhead: number;
  readonly estimatedSeconds?: number | null | undefined;
}

/** Where one photo is on its way. */
export type Step =
  | { readonly at: 'uploading'; readonly share: number }
  | { readonly at: 'waiting'; readonly place?: Place | undefined }
  | { readonly at: 'analyzing' };

/** How it ended for one photo; what `--json` prints. */
export type Outcome = {
  readonly photo: string;
  /** Null when the photo was not even accepted. */
  readonly correlationId: string | null;
  readonly seconds: number;
  /** The photo with the same bytes whose result this is. */
  readonly sameAs?: string | undefined;
  /** The earlier analysis of the same photo whose recognition this is; null: it was recognised anew. */
  readonly duplicateOf?: string | null | undefined;
} & (
  | { readonly success: true; readonly recognition: Recognition; readonly failure: null }
  | { readonly success: false; readonly recognition: null; readonly failure: PhotoFailure }
);

export interface PhotoFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
