export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
};

/** What the evidence says. A confidence is between 0 and 1. */
export type Aggregate = {
  /** The maker; null when it is not known. */
  brand?: Maybe<Scalars['String']['output']>;
  /** Of `brand`. */
  brandConfidence: Scalars['Float']['output'];
  /** Overall: the lower of brand and type. */
  confidence: Scalars['Float']['output'];
  /** Whether it may be shown as certain. */
  isConfident: Scalars['Boolean']['output'];
  /** The maker's name for the model; null when it is not known. */
  model?: Maybe<Scalars['String']['output']>;
  /** Of `model`. */
  modelConfidence: Scalars['Float']['output'];
  /** For people: brand and model, as far as known. */
  name?: Maybe<Scalars['String']['output']>;
  /** The kind of machine; null when it is not known. */
  type?: Maybe<Scalars['String']['output']>;
  /** Of `type`. */
  typeConfidence: Scalars['Float']['output'];
  /** Which evidence the type rests on. */
  typeSource?: Maybe<Scalars['String']['output']>;
};

/** How a list is ordered. */
export type AnalysesOrder =
  /** The newest start first. */
  | 'NEWEST'
  /** The oldest start first. */
  | 'OLDEST';

/** One photo on its way, or at its end. */
export type Analysis = {
  /** RFC 3339; null while it runs. */
  completedAt?: Maybe<Scalars['String']['output']>;
  /** What the owner says the machine is; null unless they have corrected it. */
  correction?: Maybe<Correction>;
  /** The id of the whole journey, from `startUpload`. */
  correlationId: Scalars['ID']['output'];
  /** The caller's analysis of the same photo whose recognition this is: nothing was asked again. Null: it is its own. */
  duplicateOf?: Maybe<Scalars['ID']['output']>;
  /** Null unless `success` is false. */
  failure?: Maybe<Failure>;
  /** Where the photo lies in the bucket. */
  objectKey: Scalars['String']['output'];
  /** Null when the photo is gone: photos are kept for 30 days unless the service is set otherwise. */
  photo?: Maybe<Photo>;
  /** Its place while it waits for its result; null afterwards, and while it is not known. */
  queue?: Maybe<QueuePlace>;
  /** Null unless `success` is true. */
  recognitionPayload?: Maybe<Recognition>;
  /**
   * The newest run where an older one has the result: it runs, or it ended without one. Lists have it; a
   * single `analysis` only where Temporal no longer knows its runs.
   */
  redo?: Maybe<Redo>;
  /** When its run started (RFC 3339); of an accepted photo whose run has not started: when it was accepted. */
  startedAt: Scalars['String']['output'];
  /** How far it has got. */
  state: AnalysisState;
  /** Null while it runs. */
  success?: Maybe<Scalars['Boolean']['output']>;
};

/** The end of one run: a result, or why there is none. */
export type AnalysisCompleted = {
  /** When its run ended (RFC 3339). */
  completedAt: Scalars['String']['output'];
  /** The id of the whole journey, from `startUpload`. */
  correlationId: Scalars['ID']['output'];
  /** Hand it back as `after` to go on behind this event. Belongs to the subscription that sent it. */
  cursor: Scalars['ID']['output'];
  /** The caller's analysis of the same photo whose recognition this is: nothing was asked again. Null: it is its own. */
  duplicateOf?: Maybe<Scalars['ID']['output']>;
  /** Repeats of an event have the same id: drop them by it. */
  eventId: Scalars['ID']['output'];
  /** Null when `success` is true. */
  failure?: Maybe<Failure>;
  /** Where the photo lies in the bucket. */
  objectKey: Scalars['String']['output'];
  /** Null when `success` is false. */
  recognitionPayload?: Maybe<Recognition>;
  /** When its run started (RFC 3339). */
  startedAt: Scalars['String']['output'];
  /** True whenever recognition ran to its end, also when nothing was recognised. */
  success: Scalars['Boolean']['output'];
};

/** One page of analyses. */
export type AnalysisConnection = {
  /** Newest first. */
  edges: Array<AnalysisEdge>;
  /** Whether there are more. */
  pageInfo: PageInfo;
  /** How many the filters hold for, on all pages. Counted only where it is asked for. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** The owner said what the machine is: these three values stand for those of the result. */
export type AnalysisCorrected = {
  /** The maker, in the owner's words; null when it is not known. */
  brand?: Maybe<Scalars['String']['output']>;
  /** When the owner corrected it (RFC 3339). */
  correctedAt: Scalars['String']['output'];
  /** The analysis that was corrected. */
  correlationId: Scalars['ID']['output'];
  /** Repeats of an event have the same id: drop them by it. */
  eventId: Scalars['ID']['output'];
  /** The model, in the owner's words; null when it is not known. */
  model?: Maybe<Scalars['String']['output']>;
  /** The type of the machine, in the owner's words; null when it is not known. */
  type?: Maybe<Scalars['String']['output']>;
};

/** The owner deleted the analysis and its photo: show neither any more. Nothing comes after it. */
export type AnalysisDeleted = {
  /** The analysis that was deleted. */
  correlationId: Scalars['ID']['output'];
  /** When it was deleted (RFC 3339). */
  deletedAt: Scalars['String']['output'];
  /** Repeats of an event have the same id: drop them by it. */
  eventId: Scalars['ID']['output'];
};

/** One analysis, and where it stands in the list. */
export type AnalysisEdge = {
  /** Hand it back as `after` of `analyses`. */
  cursor: Scalars['ID']['output'];
  /** The analysis itself. */
  node: Analysis;
};

/** One event, and where it stands. */
export type AnalysisEnvelope = {
  /**
   * Hand it back as `after` to go on behind this event. Belongs to `analysisEvents`: the other
   * subscriptions refuse it, as this one refuses theirs.
   */
  cursor: Scalars['ID']['output'];
  /** What happened. */
  event: AnalysisEvent;
};

/** What can happen to an analysis. */
export type AnalysisEvent = AnalysisCompleted | AnalysisCorrected | AnalysisDeleted | AnalysisStarted;

/** A workflow has taken the photo. */
export type AnalysisStarted = {
  /** The id of the whole journey, from `startUpload`. */
  correlationId: Scalars['ID']['output'];
  /** Hand it back as `after` to go on behind this event. Belongs to the subscription that sent it. */
  cursor: Scalars['ID']['output'];
  /** Repeats of an event have the same id: drop them by it. */
  eventId: Scalars['ID']['output'];
  /** Where the photo lies in the bucket. */
  objectKey: Scalars['String']['output'];
  /** When its run started (RFC 3339). */
  startedAt: Scalars['String']['output'];
};

/** How far an analysis has got. */
export type AnalysisState =
  /** It was cancelled, by its owner or an operator. */
  | 'CANCELLED'
  /** Recognition ran to its end. */
  | 'COMPLETED'
  /** It ended without a result: see `failure`. */
  | 'FAILED'
  /** Under way, or waiting for its turn. */
  | 'RUNNING'
  /** An operator ended it. */
  | 'TERMINATED';

/** A part of the upright photo, in shares of its width and height: 0 to 1 from its top left. */
export type Box = {
  /** Of the height of the photo. */
  height: Scalars['Float']['output'];
  /** Of the width of the photo. */
  width: Scalars['Float']['output'];
  /** From the left edge of the photo to that of the box. */
  x: Scalars['Float']['output'];
  /** From the upper edge of the photo to that of the box. */
  y: Scalars['Float']['output'];
};

/** The end was requested. */
export type CancelAnalysisPayload = {
  /** The analysis that is to end. */
  correlationId: Scalars['ID']['output'];
};

/** The photo was taken over. */
export type ConfirmUploadPayload = {
  /** `Accepted`: this photo will end in one `onAnalysisCompleted`. */
  status: Scalars['String']['output'];
};

/** The correction as it stands now. */
export type CorrectAnalysisPayload = {
  /** What the machine is from now on. */
  correction: Correction;
  /** The analysis that was corrected. */
  correlationId: Scalars['ID']['output'];
};

/** What the owner says the machine is. All three values stand for those of the result. */
export type Correction = {
  /** The maker; null when it is not known. */
  brand?: Maybe<Scalars['String']['output']>;
  /** When the owner corrected it (RFC 3339). */
  correctedAt: Scalars['String']['output'];
  /** The maker's name for the model; null when it is not known. */
  model?: Maybe<Scalars['String']['output']>;
  /** The kind of machine; null when it is not known. */
  type?: Maybe<Scalars['String']['output']>;
};

/** The analysis is gone for its owner. */
export type DeleteAnalysisPayload = {
  /** The analysis that was deleted. */
  correlationId: Scalars['ID']['output'];
  /** When it was deleted first (RFC 3339). */
  deletedAt: Scalars['String']['output'];
};

/** One thing that speaks for the result. Never the text that was read. */
export type Evidence = {
  /** Where on the photo it is; null where it has no place, as what the web says. */
  box?: Maybe<Box>;
  /** A sentence for people, without text from the photo. */
  reason: Scalars['String']['output'];
  /** What kind of thing it is. */
  source: EvidenceSource;
};

/** What kind of thing speaks for a result. */
export type EvidenceSource =
  /** What the photo as a whole shows. */
  | 'LABEL'
  /** The logo of a maker. */
  | 'LOGO'
  /** The number of a model, written on the photo. */
  | 'MODEL_NUMBER'
  /** A machine that was found in the photo. */
  | 'OBJECT'
  /** What the web says of similar photos. */
  | 'WEB'
  /** The name of a maker, written on the photo. */
  | 'WORD';

/** Why there is no result. */
export type Failure = {
  /** For programs. */
  code: FailureCode;
  /** For people. */
  message: Scalars['String']['output'];
};

/** What failed, and what helps. */
export type FailureCode =
  /** It was cancelled, by its owner or an operator: redo it, or upload the photo again. */
  | 'CANCELLED'
  /** The photo has too many pixels: scale it down and upload that. */
  | 'IMAGE_TOO_LARGE'
  /** The file is damaged: open it in a viewer, save a copy and upload that. */
  | 'IMAGE_UNREADABLE'
  /** Save the photo as an ordinary JPEG and upload that. */
  | 'IMAGE_UNSUPPORTED'
  /** The photo was overwritten after its confirmation: upload it again. */
  | 'OBJECT_CHANGED'
  /** The photo is gone from the store: upload it again. */
  | 'OBJECT_MISSING'
  /** An operator ended it: ask why, or upload the photo again. */
  | 'TERMINATED'
  /** Recognition was unavailable for too long: redo it. */
  | 'TIMED_OUT'
  /** Recognition does not take this photo: try another one of the same machine. */
  | 'VISION_REFUSED';

/** The end of each feed as of now. */
export type FeedCursors = {
  /** For `onAnalysisCompleted(after:)`. */
  completed: Scalars['ID']['output'];
  /** For `analysisEvents(after:)`. */
  events: Scalars['ID']['output'];
  /** For `onAnalysisStarted(after:)`. */
  started: Scalars['ID']['output'];
};

/** Where and how the photo goes up. */
export type ImageUpload = {
  /** When `putUrl` stops working (RFC 3339). */
  expiresAt: Scalars['String']['output'];
  /** To be sent with the PUT, exactly so. HTTP clients set `content-length` by themselves. */
  headers: Array<UploadHeader>;
  /** Where the photo will lie in the bucket. */
  key: Scalars['String']['output'];
  /** The same as `key`. */
  objectKey: Scalars['String']['output'];
  /**
   * Presigned: PUT the bytes there, within 300 s. 412 says that they are there already: confirm.
   * 409 says that another PUT is under way: try again. 403 says that it is no longer good: renew. A
   * store may close the connection before either is read: confirm, and on `NOT_UPLOADED` renew.
   */
  putUrl: Scalars['String']['output'];
  /** Opaque; goes back in `confirmUpload`. Valid for 24 hours. */
  uploadId: Scalars['String']['output'];
};

/** What changes something: how a photo gets in, and what its owner does about it. */
export type Mutation = {
  /**
   * Ends a running analysis: its `AnalysisCompleted` says `CANCELLED`, or brings a result that came first.
   * Errors: `ALREADY_ENDED`; `NO_ANALYSIS`.
   */
  cancelAnalysis: CancelAnalysisPayload;
  /**
   * Says that the photo is up. `bytes`: its size. `checksum`: `sha256:` and 64 hex digits over the whole
   * photo. Confirming twice is harmless.
   */
  confirmUpload: ConfirmUploadPayload;
  /**
   * Says what the machine is, where recognition is wrong or knows nothing. The three values stand for those
   * of the result, all of them: null says that it is not known. Each is one line of at most 100 characters.
   * The last correction counts, stays through `redoAnalysis`, and is what lists and searches go by.
   * Errors: `INVALID` names the field; `NOT_ENDED` before the result has come; `NO_ANALYSIS`.
   */
  correctAnalysis: CorrectAnalysisPayload;
  /**
   * Deletes the analysis, its photo and all that is known of it, at once for every reader; one that is
   * running is ended. Copies in streams and topics run out within days. Deleting twice is harmless.
   * Errors: `NO_ANALYSIS`.
   */
  deleteAnalysis: DeleteAnalysisPayload;
  /**
   * Analyses the photo again, under the same id: another `AnalysisStarted` and `AnalysisCompleted` come. A
   * good result stays until there is a better one, and a correction stays in any case. It costs money, so
   * there is a limit of its own. Errors: `NOT_ENDED` while it runs; `NOT_REDOABLE` when nobody knows
   * any more what was uploaded; `TOO_MANY_REDOS` with `retryAfter`; `NO_ANALYSIS`.
   */
  redoAnalysis: RedoAnalysisPayload;
  /**
   * A new `putUrl` for the same upload, as long as its `uploadId` is valid (24 hours). The `uploadId`
   * stays. An upload that declared nothing is not renewed.
   */
  renewUpload: StartUploadPayload;
  /**
   * Opens an upload: PUT the photo to `putUrl` with the `headers` given, then `confirmUpload`.
   * `contentType`: image/jpeg, image/png, image/webp, image/heic (HEIF too) or image/avif. `bytes`: size of the photo, at most 20 MB.
   * `checksum`: `sha256:` and 64 hex digits over the whole photo. `bytes` and `checksum` belong together:
   * the store takes exactly these bytes. Without both the upload is refused, unless the service
   * allows undeclared uploads.
   */
  startUpload: StartUploadPayload;
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationCancelAnalysisArgs = {
  correlationId: Scalars['ID']['input'];
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationConfirmUploadArgs = {
  bytes: Scalars['Int']['input'];
  checksum: Scalars['String']['input'];
  uploadId: Scalars['String']['input'];
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationCorrectAnalysisArgs = {
  brand?: InputMaybe<Scalars['String']['input']>;
  correlationId: Scalars['ID']['input'];
  model?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<Scalars['String']['input']>;
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationDeleteAnalysisArgs = {
  correlationId: Scalars['ID']['input'];
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationRedoAnalysisArgs = {
  correlationId: Scalars['ID']['input'];
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationRenewUploadArgs = {
  uploadId: Scalars['String']['input'];
};


/** What changes something: how a photo gets in, and what its owner does about it. */
export type MutationStartUploadArgs = {
  bytes?: InputMaybe<Scalars['Int']['input']>;
  checksum?: InputMaybe<Scalars['String']['input']>;
  contentType: Scalars['String']['input'];
  filename: Scalars['String']['input'];
};

/** What lies around this page. */
export type PageInfo = {
  /** Of the last on this page: `after` of the next one; null on an empty one. */
  endCursor?: Maybe<Scalars['ID']['output']>;
  /** Whether older ones follow. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Always false: pages go forward only. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Of the first on this page; null on an empty one. */
  startCursor?: Maybe<Scalars['ID']['output']>;
};

/** The photo itself, while it is kept. */
export type Photo = {
  /** Its size. */
  bytes: Scalars['Int']['output'];
  /** As at `startUpload`; kinds may be added. */
  contentType: Scalars['String']['output'];
  /** RFC 3339; ask again for a new `url`. */
  expiresAt: Scalars['String']['output'];
  /** A JPEG of at most 1280 pixels, upright, without metadata; answers as `url` does. Null while there is none. */
  previewUrl?: Maybe<Scalars['String']['output']>;
  /** Answers GET until `expiresAt`, as an image, without a token: give it to nobody else. */
  url: Scalars['String']['output'];
};

/** Who looked at the photo, and was asked for what. */
export type Provider = {
  /** Version of the interface that answered. */
  apiVersion: Scalars['String']['output'];
  /** What was asked for. */
  featureset: Array<Scalars['String']['output']>;
  /** At most so many answers of each feature. */
  maxResults: Scalars['Int']['output'];
  /** For instance `google-cloud-vision`. */
  name: Scalars['String']['output'];
  /** Of the rules that weighed what the provider saw; null in results of an earlier version. */
  rulesVersion?: Maybe<Scalars['String']['output']>;
};

/**
 * A photo of a construction machine goes in; brand, type and model come out, live.
 * Everything but `ping` needs an access token with scope `analysis`, and shows only the caller's own.
 * With scope `analysis.read` alone a token is good for queries and subscriptions; mutations answer `FORBIDDEN`.
 */
export type Query = {
  /**
   * The caller's analyses as the register keeps them, also those that Temporal has forgotten. Of several
   * runs the newest good one, else the newest. All filters given must hold. It follows the subscriptions
   * by a moment: what a cursor of theirs has seen is certainly there with `atLeast`.
   */
  analyses: AnalysisConnection;
  /** One analysis of the caller's own; null when there is none of that id. */
  analysis?: Maybe<Analysis>;
  /** The newest cursors of the feeds: where a client that wants to miss nothing begins. */
  feedCursors: FeedCursors;
  /** Answers `pong` to anybody. */
  ping: Scalars['String']['output'];
};


/**
 * A photo of a construction machine goes in; brand, type and model come out, live.
 * Everything but `ping` needs an access token with scope `analysis`, and shows only the caller's own.
 * With scope `analysis.read` alone a token is good for queries and subscriptions; mutations answer `FORBIDDEN`.
 */
export type QueryAnalysesArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  atLeast?: InputMaybe<Scalars['ID']['input']>;
  brand?: InputMaybe<Scalars['String']['input']>;
  changedSince?: InputMaybe<Scalars['String']['input']>;
  confident?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['String']['input']>;
  order?: InputMaybe<AnalysesOrder>;
  state?: InputMaybe<AnalysisState>;
  text?: InputMaybe<Scalars['String']['input']>;
  to?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<Scalars['String']['input']>;
};


/**
 * A photo of a construction machine goes in; brand, type and model come out, live.
 * Everything but `ping` needs an access token with scope `analysis`, and shows only the caller's own.
 * With scope `analysis.read` alone a token is good for queries and subscriptions; mutations answer `FORBIDDEN`.
 */
export type QueryAnalysisArgs = {
  atLeast?: InputMaybe<Scalars['ID']['input']>;
  correlationId: Scalars['ID']['input'];
};

/** Where an analysis stands among those of the same owner that have no result yet; photos of others never count. */
export type QueuePlace = {
  /** About how long until its result, in seconds, by what ended in the last minute; null where too little did. */
  estimatedSeconds?: Maybe<Scalars['Int']['output']>;
  /** How many of the same owner were accepted before it and have no result yet. */
  ownAhead: Scalars['Int']['output'];
};

/** What recognition made of the photo. */
export type Recognition = {
  /** What all evidence together says. */
  aggregate: Aggregate;
  /** What the result rests on, the weightiest first; at most 20, none in results of an earlier version. */
  evidence: Array<Evidence>;
  /** Who looked at the photo. */
  provider: Provider;
  /** Up to 8 sentences on why; no text from the photo. */
  reasons: Array<Scalars['String']['output']>;
  /** `identified`, `inferred`, `partial` or `unidentified`. */
  status: RecognitionStatus;
  /** Asked for, but not offered by the provider. */
  unsupportedFeatures: Array<Scalars['String']['output']>;
};

/** How much of the machine is known. */
export type RecognitionStatus =
  /** Brand seen, type known. */
  | 'identified'
  /** Nothing on the machine names the maker; a model number or the web does. */
  | 'inferred'
  /** Brand or type is missing. */
  | 'partial'
  /** Neither brand nor type. */
  | 'unidentified';

/** A later run of the same photo, beside the result that stands. */
export type Redo = {
  /** RFC 3339; null while it runs. */
  completedAt?: Maybe<Scalars['String']['output']>;
  /** Null while it runs. */
  failure?: Maybe<Failure>;
  /** When it started (RFC 3339). */
  startedAt: Scalars['String']['output'];
  /** `RUNNING`, or how it ended. */
  state: AnalysisState;
};

/** A new run was started. */
export type RedoAnalysisPayload = {
  /** The analysis that runs again. */
  correlationId: Scalars['ID']['output'];
};

/** An upload that was opened, or renewed. */
export type StartUploadPayload = {
  /** The id of the whole journey: in every event, log line and answer about this photo. */
  correlationId: Scalars['ID']['output'];
  /** Where the photo goes. */
  imageUploadPayload: ImageUpload;
};

/** What happens to the caller's analyses, as it happens: over SSE. */
export type Subscription = {
  /**
   * All events in one stream, with one cursor. An `AnalysisStarted` never comes after the
   * `AnalysisCompleted` of the same run; a completed does not wait, so a started that would be late is
   * left out.
   * With `correlationId`: the furthest that is known of it, its result or else its start, then live;
   * completes after the final event. Of a corrected analysis the correction comes behind the result; of a
   * deleted one `AnalysisDeleted` alone.
   * With `after`: what was missed since that cursor, then live. With neither: live events only.
   * Cursors expire as those of `onAnalysisCompleted` do; go on from `feedCursors.events`.
   */
  analysisEvents: AnalysisEnvelope;
  /**
   * With `correlationId`: what is known of it, then live; completes after the final event.
   * With `after`: what was missed since that cursor, then live. With neither: live events only.
   * A cursor that is too old, or of a feed that was recreated, answers `CURSOR_EXPIRED`: take
   * `feedCursors`, read `analyses` since `extensions.since`, and go on from those cursors.
   */
  onAnalysisCompleted: AnalysisCompleted;
  /**
   * With `correlationId`: what is known of it, then live; completes after its one event.
   * With `after`: what was missed since that cursor, then live. With neither: live events only.
   */
  onAnalysisStarted: AnalysisStarted;
};


/** What happens to the caller's analyses, as it happens: over SSE. */
export type SubscriptionAnalysisEventsArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  correlationId?: InputMaybe<Scalars['ID']['input']>;
};


/** What happens to the caller's analyses, as it happens: over SSE. */
export type SubscriptionOnAnalysisCompletedArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  correlationId?: InputMaybe<Scalars['ID']['input']>;
};


/** What happens to the caller's analyses, as it happens: over SSE. */
export type SubscriptionOnAnalysisStartedArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  correlationId?: InputMaybe<Scalars['ID']['input']>;
};

/** One header of the PUT. */
export type UploadHeader = {
  /** In lower case. */
  name: Scalars['String']['output'];
  /** Signed: another value is refused. */
  value: Scalars['String']['output'];
};
