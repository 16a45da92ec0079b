// Every version of the objects below a prefix, and their removal. For buckets that keep versions and for
// those that do not: there each object has the one version `null`.
import { connectS3, type S3Settings } from './s3-client.ts';
import { requestListing, type Listing } from './s3-listing.ts';

export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** Of this version; a delete marker has its own. */
  readonly lastModified: Date;
}

/** Where a listing goes on: after all versions of a key, or after one of them. */
export interface VersionMarker {
  readonly key: string;
  readonly versionId?: string | undefined;
}

export interface VersionPage {
  /** Delete markers too; every version of a key unless `next` names one of them. */
  readonly versions: readonly ObjectVersion[];
  /** The store's clock when it answered. */
  readonly storeTime: Date;
  /**
   * Absent on the last page. A marker with a version is no use once that version is removed (VersityGW
   * ends the list there): who removed anything of the page lists again from where the page began.
   */
  readonly next?: VersionMarker | undefined;
}

/** A version that the store did not remove, in its words. */
export interface RemovalError {
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

/** Any call may throw ObjectStoreUnavailableError; what the store refuses is thrown as it is. */
export interface ObjectVersions {
  list(prefix: string, after?: VersionMarker): Promise<VersionPage>;
  /**
   * For good: no delete marker takes their place. Harmless for versions that are not there any more.
   *
   * @param versions at most 1,000.
   * @returns those that are still there.
   */
  remove(versions: readonly ObjectVersion[]): Promise<readonly RemovalError[]>;
  /** Rejects when the store does not answer, lacks the bucket, or does not let this key list it. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** A page of a large bucket may take the store a walk through all of it. */
const limits = { silenceMs: 60_000, callMs: 120_000 } as const;

/** Returns at once. @param settings.pageSize at most 1,000, the most that S3 lists or removes in one call. */
export function connectObjectVersions(
  settings: Omit<S3Settings, 'limits'> & { readonly pageSize?: number },
): ObjectVersions {
  const { bucket, pageSize = 1_000 } = settings;
  const connection = connectS3({ ...settings, limits });
  const request = (prefix: string, maximum: number, after?: VersionMarker) =>
    requestListing<ListVersionsResult>(connection, 'ListVersionsResult', {
      versions: '',
      prefix,
      'max-keys': String(maximum),
      'key-marker': after?.key,
      'version-id-marker': after?.versionId,
    });

  return {
    async list(prefix, after) {
      const { page, decodeKey, date } = await request(prefix, pageSize, after);
      if (Number.isNaN(date.getTime()))
        throw new TypeError('the object store answered without a date');
      return { ...readPage(page, decodeKey, after), storeTime: date };
    },
    async remove(versions) {
      if (versions.length === 0) return [];
      const objects = versions.map(({ key, versionId }) => ({ name: key, versionId }));
      return removalErrors(
        await connection.call((client) => client.removeObjects(bucket, objects)),
      );
    },
    async probe() {
      await request('', 1);
    },
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}

interface ListVersionsResult extends Listing {
  readonly NextKeyMarker?: string;
  readonly NextVersionIdMarker?: string;
  readonly Version?: readonly ListedVersion[];
  readonly DeleteMarker?: readonly ListedVersion[];
}
interface ListedVersion {
  readonly Key: string;
  readonly VersionId: string;
  readonly LastModified: string;
}

/** Cuts the page after the last key of which it has every version, so that its marker is a key alone. */
function readPage(
  page: ListVersionsResult,
  decodeKey: (key: string) => string,
  after?: VersionMarker,
): Omit<VersionPage, 'storeTime'> {
  const known = after?.versionId === undefined ? after?.key : undefined;
  const versions = [...(page.Version ?? []), ...(page.DeleteMarker ?? [])]
    .map(({ Key, VersionId, LastModified }) => ({
      key: decodeKey(Key),
      versionId: VersionId,
      lastModified: new Date(LastModified),
    }))
    .filter(({ key }) => key !== known); // VersityGW lists the marker's key once more
  if (page.IsTruncated !== 'true') return { versions };

  const keys = [...new Set(versions.map(({ key }) => key))].sort(inListingOrder);
  const [last, whole] = [keys.at(-1), keys.at(-2)];
  if (whole !== undefined)
    return { versions: versions.filter(({ key }) => key !== last), next: { key: whole } };
  if (page.NextKeyMarker === undefined)
    throw new TypeError('the object store answered a truncated list without a marker');
  const versionId = page.NextVersionIdMarker || undefined;
  return { versions, next: { key: decodeKey(page.NextKeyMarker), versionId } };
}

const inListingOrder = (one: string, other: string) =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

const alreadyRemoved = new Set(['NoSuchKey', 'NoSuchVersion']);

/** The client's type says something else than it answers: a list with an entry per error. */
function removalErrors(answer: unknown): readonly RemovalError[] {
  return (answer as readonly { Key?: string; Code?: string; Message?: string }[])
    .map(({ Key, Code, Message }) => ({
      key: String(Key),
      code: Code ?? 'unknown',
      message: Message ?? '',
    }))
    .filter(({ code }) => !alreadyRemoved.has(code));
}
