// From `incoming/` to `images/`: what was uploaded is checked, then kept under the key that is analysed.
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { priorities, type Priority } from '../../contracts/priorities.ts';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import type { ConfirmUploadRequest } from '../../contracts/rest.ts';
import {
  ObjectChangedError,
  ObjectMissingError,
  type ObjectFacts,
  type ObjectStore,
} from '../../platform/object-store/object-store.ts';
import type { Problem } from '../../platform/http/problem.ts';
import type { PriorityOf } from './count-uploads.ts';
import { headBytes, inspectObject, type InspectedObject } from './inspect-object.ts';
import {
  bytesDiffer,
  checksumDiffers,
  emptyObject,
  notTheDeclaredType,
  notUploaded,
  tooLarge,
  uploadChanged,
} from './refusals.ts';
import type { UploadToken } from './upload-tokens.ts';

export type AcceptingStore = Pick<ObjectStore, 'stat' | 'read' | 'copy' | 'create' | 'remove'>;
export interface AcceptDependencies {
  readonly store: AcceptingStore;
  /** Counts the upload against its owner. */
  readonly priorityOf: PriorityOf;
}
type Claim = Pick<ConfirmUploadRequest, 'bytes' | 'checksum'>;

const attempts = 3; // each ends with what another confirm of the same upload did meanwhile
const readWhole = pLimit(4); // each holds up to 20 MB in memory

export interface AcceptedImage {
  /** The same for each repeat. */
  readonly uploadedAt: Date;
  /** Decided when it was accepted first; absent in objects of earlier versions. */
  readonly priority: Priority | undefined;
  /** What lies below `incoming/` still: to be deleted once the event is out. */
  readonly uploaded: ObjectFacts | undefined;
}

/**
 * Resolves when the photo lies under its object key, as claimed. Killed at any step, a repeat goes
 * on from there; what lies under the object key already is compared and stays. An uploaded object is
 * deleted only when it is itself wrong, never because of a wrong claim.
 *
 * @throws {Problem} as {@link confirmUpload} says.
 */
export async function acceptImage(
  deps: AcceptDependencies,
  token: UploadToken,
  claim: Claim,
): Promise<AcceptedImage> {
  compareWithDeclared(claim, token);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await acceptOnce(deps, token, claim);
    } catch (error) {
      if (!(error instanceof ObjectChangedError || error instanceof ObjectMissingError))
        throw error;
      if (attempt === attempts) throw uploadChanged(error);
    }
  }
}

async function acceptOnce(
  deps: AcceptDependencies,
  token: UploadToken,
  claim: Claim,
): Promise<AcceptedImage> {
  const { store } = deps;
  const { incomingKey, objectKey } = token;
  // In this order: what another confirm has moved meanwhile is missing here and found there.
  const uploaded = incomingKey === undefined ? undefined : await find(store, incomingKey);
  const accepted = await find(store, objectKey, { bucketExists: uploaded !== undefined });
  if (accepted) {
    const { uploadedAt } = await compareWithAccepted(store, accepted, token, claim);
    return { uploadedAt, priority: readPriority(accepted), uploaded };
  }
  if (incomingKey === undefined || uploaded === undefined) throw notUploaded();
  const object = { ...uploaded, incomingKey };
  const accept = () =>
    token.checksum === undefined
      ? readWhole(() => acceptUndeclared(deps, token, object, claim))
      : acceptDeclared(deps, token, object, claim);
  return { uploadedAt: uploaded.lastModified, priority: await accept(), uploaded };
}

const readPriority = ({ metadata: { priority } }: ObjectFacts) =>
  priorities.find((known) => known === priority);

async function find(
  store: AcceptingStore,
  key: string,
  known?: { bucketExists: boolean },
): Promise<ObjectFacts | undefined> {
  try {
    return await store.stat(key, known);
  } catch (error) {
    if (error instanceof ObjectMissingError) return undefined;
    throw error;
  }
}

/** The store took what was declared at `startUpload`; another claim is a mistake of the caller. */
function compareWithDeclared(claim: Claim, token: UploadToken): void {
  if (claim.bytes > maximumImageBytes) throw tooLarge();
  if (token.bytes !== undefined && token.bytes !== claim.bytes) throw bytesDiffer();
  if (token.checksum !== undefined && token.checksum !== claim.checksum) throw checksumDiffers();
}

/**
 * A repeat: ingestion itself put the photo under its object key, with the checksum that it had. An
 * object without one is older than `incoming/`: its uploader put it there, so it is read whole.
 */
async function compareWithAccepted(
  store: AcceptingStore,
  accepted: ObjectFacts,
  token: UploadToken,
  claim: Claim,
): Promise<{ uploadedAt: Date }> {
  const { checksum, 'uploaded-at': uploadedAt } = accepted.metadata;
  if (checksum === undefined || uploadedAt === undefined) {
    if (accepted.bytes > maximumImageBytes) throw tooLarge();
    const object = await store.read(token.objectKey, { etag: accepted.etag });
    const found = await inspectObject(object.chunks);
    throwIf(faultOfObject(found, token) ?? faultOfClaim(found, claim));
    return { uploadedAt: accepted.lastModified };
  }
  throwIf(faultOfClaim({ bytes: accepted.bytes, checksum }, claim));
  return { uploadedAt: new Date(uploadedAt) };
}

type Uploaded = ObjectFacts & { readonly incomingKey: string };

async function acceptDeclared(
  { store, priorityOf }: AcceptDependencies,
  token: UploadToken,
  uploaded: Uploaded,
  claim: Claim,
): Promise<Priority> {
  const { incomingKey, etag } = uploaded;
  const found = await inspectDeclared(store, uploaded);
  await deleteIfWrong(store, uploaded, faultOfObject(found, token) ?? faultOfClaim(found, claim));
  const priority = await priorityOf(token);
  await store.copy(incomingKey, token.objectKey, {
    ...storedAs(token, uploaded, claim, priority),
    etag,
  });
  return priority;
}

/** Read whole and kept as read: the claim says of these bytes alone that they are the photo. */
async function acceptUndeclared(
  { store, priorityOf }: AcceptDependencies,
  token: UploadToken,
  uploaded: Uploaded,
  claim: Claim,
): Promise<Priority> {
  const { incomingKey, etag } = uploaded;
  await deleteIfWrong(store, uploaded, faultOfSize(uploaded));
  const object = await store.read(incomingKey, { etag });
  if (object.bytes !== uploaded.bytes)
    throw new ObjectChangedError(`object ${incomingKey} has changed: confirm again`);
  const whole = await buffer(object.chunks);
  const found = await inspectObject([whole]);
  await deleteIfWrong(store, uploaded, faultOfObject(found, token));
  throwIf(faultOfClaim(found, claim));
  const priority = await priorityOf(token);
  // A second PUT may have been confirmed since: what was accepted first counts.
  if (!(await store.create(token.objectKey, whole, storedAs(token, uploaded, claim, priority))))
    throw new ObjectChangedError(`object ${token.objectKey} already exists: confirm again`);
  return priority;
}

const storedAs = (
  { contentType }: UploadToken,
  { lastModified }: ObjectFacts,
  { checksum }: Claim,
  priority: Priority,
) => ({
  contentType,
  metadata: { checksum, 'uploaded-at': lastModified.toISOString(), priority },
});

/** Where the store holds a checksum it has compared it with the bytes: only the first of them are read. */
async function inspectDeclared(
  store: AcceptingStore,
  { incomingKey, bytes, checksum, etag }: Uploaded,
): Promise<InspectedObject> {
  if (bytes === 0 || bytes > maximumImageBytes)
    return { bytes, checksum: checksum ?? '', mediaType: undefined };
  const all = { etag };
  const head = { etag, firstBytes: headBytes };
  const object = await store.read(incomingKey, checksum === undefined ? all : head);
  const found = await inspectObject(object.chunks);
  return { bytes, checksum: checksum ?? found.checksum, mediaType: found.mediaType };
}

async function deleteIfWrong(
  store: AcceptingStore,
  { incomingKey, versionId }: Uploaded,
  fault: Problem | undefined,
): Promise<void> {
  if (fault === undefined) return;
  await store.remove(incomingKey, versionId);
  throw fault;
}

function throwIf(fault: Problem | undefined): void {
  if (fault !== undefined) throw fault;
}

function faultOfSize({ bytes }: { bytes: number }): Problem | undefined {
  if (bytes === 0) return emptyObject();
  return bytes > maximumImageBytes ? tooLarge() : undefined;
}

/** Wrong whatever the claim says; a wrong declared size or checksum shows in the claim. */
function faultOfObject(found: InspectedObject, token: UploadToken): Problem | undefined {
  const sized = faultOfSize(found);
  if (sized !== undefined || found.mediaType === token.contentType) return sized;
  return notTheDeclaredType(found.mediaType, token.contentType);
}

function faultOfClaim(found: Claim, claim: Claim): Problem | undefined {
  if (found.bytes !== claim.bytes) return bytesDiffer();
  return found.checksum === claim.checksum ? undefined : checksumDiffers();
}
