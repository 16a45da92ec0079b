// Every version of the objects below a prefix, and their removal. For buckets that keep versions and for
// those that do not: there each object has the one version `null`.
import { text } from 'node:stream/consumers';
import { XMLParser } from 'fast-xml-parser';
import { connectS3, faultOf, type S3Settings } from './s3-client.ts';

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

  async function request(prefix: string, maximum: number, after?: VersionMarker) {
    try {
      const answer = await connection.client().makeRequestAsync({
        method: 'GET',
        bucketName: bucket,
        query: listQuery(prefix, maximum, after),
      });
      return { xml: await text(answer), storeTime: new Date(answer.headers.date ?? Number.NaN) };
    } catch (error) {
      throw faultOf(error);
    }
  }

  return {
    async list(prefix, after) {
      const { xml, storeTime } = await request(prefix, pageSize, after);
      if (Number.isNaN(storeTime.getTime()))
        throw new TypeError('the store answered without its date');
      return { ...readPage(xml, after), storeTime };
    },
    async remove(versions) {
      if (versions.length === 0) return [];
      try {
        const answer = await connection.client().removeObjects(
          bucket,
          versions.map(({ key, versionId }) => ({ name: key, versionId })),
        );
        return removalErrors(answer);
      } catch (error) {
        throw faultOf(error);
      }
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

/**
 * Not by the client's `listObjects`: it does not escape the marker, and decodes keys that the store did
 * not encode, so that one key with a `%` would end every listing.
 */
function listQuery(prefix: string, maximum: number, after?: VersionMarker): string {
  const parameters = {
    'encoding-type': 'url', // XML cannot hold every character that a key can
    ...(after === undefined ? {} : { 'key-marker': after.key }),
    'max-keys': String(maximum),
    prefix,
    ...(after?.versionId === undefined ? {} : { 'version-id-marker': after.versionId }),
    versions: '', // sorted: the signature is made over the query as it stands here
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

interface ListVersionsResult {
  readonly EncodingType?: string;
  readonly IsTruncated: string;
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

const parser = new XMLParser({
  parseTagValue: false, // a key may look like a number
  trimValues: false,
  isArray: (name) => name === 'Version' || name === 'DeleteMarker',
});

/** Cuts the page after the last key of which it has every version, so that its marker is a key alone. */
function readPage(xml: string, after?: VersionMarker): Omit<VersionPage, 'storeTime'> {
  const parsed = parser.parse(xml) as { ListVersionsResult?: ListVersionsResult };
  const result = parsed.ListVersionsResult;
  if (result === undefined) throw new TypeError('the store answered without a list of versions');
  const decoded = (name: string) =>
    result.EncodingType === 'url' ? decodeURIComponent(name.replaceAll('+', '%20')) : name;
  const known = after?.versionId === undefined ? after?.key : undefined;
  const versions = [...(result.Version ?? []), ...(result.DeleteMarker ?? [])]
    .map(({ Key, VersionId, LastModified }) => ({
      key: decoded(Key),
      versionId: VersionId,
      lastModified: new Date(LastModified),
    }))
    .filter(({ key }) => key !== known); // VersityGW lists the marker's key once more
  if (result.IsTruncated !== 'true') return { versions };

  const keys = [...new Set(versions.map(({ key }) => key))].sort(inListingOrder);
  const [last, whole] = [keys.at(-1), keys.at(-2)];
  if (whole !== undefined)
    return { versions: versions.filter(({ key }) => key !== last), next: { key: whole } };
  if (result.NextKeyMarker === undefined)
    throw new TypeError('the store answered a truncated list without a marker');
  return {
    versions,
    next: {
      key: decoded(result.NextKeyMarker),
      versionId: result.NextVersionIdMarker || undefined,
    },
  };
}

const inListingOrder = (one: string, other: string) =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

const goneAlready = new Set(['NoSuchKey', 'NoSuchVersion']);

/** The client's type says something else than it answers: a list with an entry per error. */
function removalErrors(answer: unknown): readonly RemovalError[] {
  return (answer as readonly { Key?: string; Code?: string; Message?: string }[])
    .map(({ Key, Code, Message }) => ({
      key: String(Key),
      code: Code ?? 'unknown',
      message: Message ?? '',
    }))
    .filter(({ code }) => !goneAlready.has(code));
}
