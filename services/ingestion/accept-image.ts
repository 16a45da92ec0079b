// From `incoming/` to `images/`: what was uploaded is checked, then kept under the key that is analysed.
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { maximumImageBytes } from '../../contracts/recognition.ts';
import type { ConfirmUploadRequest } from '../../contracts/rest.ts';
import {
  ObjectChangedError,
  ObjectMissingError,
  type ObjectFacts,
  type ObjectStore,
} from '../../platform/object-store/object-store.ts';
import type { Problem } from '../../platform/http/problem.ts';
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
type Claim = Pick<ConfirmUploadRequest, 'bytes' | 'checksum'>;

const attempts = 3; // each ends with what another confirm of the same upload did meanwhile
const readWhole = pLimit(4); // each holds up to 20 MB in memory

export interface AcceptedImage {
  /** The same for each repeat. */
  readonly uploadedAt: Date;
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
  store: AcceptingStore,
  token: UploadToken,
  claim: Claim,
): Promise<AcceptedImage> {
  compareWithDeclared(claim, token);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await acceptOnce(store, token, claim);
    } catch (error) {
      if (!(error instanceof ObjectChangedError || error instanceof ObjectMissingError))
        throw error;
      if (attempt === attempts) throw uploadChanged(error);
    }
  }
}

async function acceptOnce(
  store: AcceptingStore,
  token: UploadToken,
  claim: Claim,
): Promise<AcceptedImage> {
  const { incomingKey, objectKey } = token;
  // In this order: what another confirm has moved meanwhile is missing here and found there.
  const uploaded = incomingKey === undefined ? undefined : await find(store, incomingKey);
  const accepted = await find(store, objectKey);
  if (accepted) {
    const { uploadedAt } = await compareWithAccepted(store, accepted, token, claim);
    return { uploadedAt, uploaded };
  }
  if (incomingKey === undefined || uploaded === undefined) throw notUploaded();
  await accept(store, { ...token, incomingKey }, uploaded, claim);
  return { uploadedAt: uploaded.lastModified, uploaded };
}

async function find(store: AcceptingStore, key: string): Promise<ObjectFacts | undefined> {
  try {
    return await store.stat(key);
  } catch (error) {
    if (error instanceof ObjectMissingError) return undefined;
    throw error;
  }
}

/** What was declared at `startUpload` is what the store took; another claim is a mistake of the caller. */
function compareWithDeclared(claim: Claim, token: UploadToken): void {
  if (claim.bytes > maximumImageBytes) throw tooLarge();
  if (token.bytes !== undefined && token.bytes !== claim.bytes) throw bytesDiffer();
  if (token.checksum !== undefined && token.checksum !== claim.checksum) throw checksumDiffers();
}

/**
 * A repeat: what lies under the object key was put there by us, with the checksum that it had. An
 * object without one is of before uploads landed apart, put there by its uploader, and read whole.
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

async function accept(
  store: AcceptingStore,
  token: UploadToken & { incomingKey: string },
  uploaded: ObjectFacts,
  claim: Claim,
): Promise<void> {
  const as = {
    contentType: token.contentType,
    metadata: { checksum: claim.checksum, 'uploaded-at': uploaded.lastModified.toISOString() },
  };
  if (token.checksum !== undefined) {
    const found = await inspectDeclared(store, token.incomingKey, uploaded);
    const fault = faultOfObject(found, token) ?? faultOfClaim(found, claim);
    await deleteIfWrong(store, token, uploaded, fault);
    await store.copy(token.incomingKey, token.objectKey, { ...as, etag: uploaded.etag });
  } else
    await readWhole(async () => {
      await deleteIfWrong(store, token, uploaded, faultOfSize(uploaded));
      const object = await store.read(token.incomingKey, { etag: uploaded.etag });
      if (object.bytes !== uploaded.bytes)
        throw new ObjectChangedError(`another object is ${token.incomingKey}`);
      const whole = await buffer(object.chunks);
      const found = await inspectObject([whole]);
      await deleteIfWrong(store, token, uploaded, faultOfObject(found, token));
      throwIf(faultOfClaim(found, claim));
      // A second PUT may have been confirmed since: what was accepted first counts.
      if (!(await store.create(token.objectKey, whole, as)))
        throw new ObjectChangedError(`${token.objectKey} was accepted meanwhile`);
    });
}

/** Where the store holds a checksum it has compared it with the bytes: only the first of them are read. */
async function inspectDeclared(
  store: AcceptingStore,
  incomingKey: string,
  { bytes, checksum, etag }: ObjectFacts,
): Promise<InspectedObject> {
  if (bytes === 0 || bytes > maximumImageBytes)
    return { bytes, checksum: checksum ?? '', mediaType: undefined };
  const firstBytes = checksum === undefined ? {} : { firstBytes: headBytes };
  const object = await store.read(incomingKey, { etag, ...firstBytes });
  const found = await inspectObject(object.chunks);
  return { bytes, checksum: checksum ?? found.checksum, mediaType: found.mediaType };
}

async function deleteIfWrong(
  store: AcceptingStore,
  { incomingKey }: { incomingKey: string },
  { versionId }: ObjectFacts,
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

/** Wrong whatever anybody claims. A declared size or checksum that does not hold is found by the claim. */
function faultOfObject(found: InspectedObject, token: UploadToken): Problem | undefined {
  const sized = faultOfSize(found);
  if (sized !== undefined || found.mediaType === token.contentType) return sized;
  return notTheDeclaredType(found.mediaType, token.contentType);
}

function faultOfClaim(found: Claim, claim: Claim): Problem | undefined {
  if (found.bytes !== claim.bytes) return bytesDiffer();
  return found.checksum === claim.checksum ? undefined : checksumDiffers();
}
