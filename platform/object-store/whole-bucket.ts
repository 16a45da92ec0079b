// A whole bucket, as a copy of it needs it: every key, what is stored under it, its bytes.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { chunksOf, connectS3, refusalCodeOf, type S3Settings } from './s3-client.ts';
import { requestListing, type Listing } from './s3-listing.ts';

/** A large object may take minutes, a page of a large bucket a walk through all of it. */
const limits = { silenceMs: 60_000, callMs: 60 * 60_000 } as const;

export interface Listed {
  readonly key: string;
  readonly bytes: number;
}

export interface Description {
  readonly bytes: number;
  /** Content type and user metadata, as headers. */
  readonly headers: Readonly<Record<string, string>>;
}

export type WholeBucket = ReturnType<typeof openWholeBucket>;

/** @param pageSize at most 1,000. */
export function openWholeBucket(settings: Omit<S3Settings, 'limits'>, pageSize: number) {
  const connection = connectS3({ ...settings, limits });
  const get = (key: string) => connection.request({ method: 'GET', objectName: key });
  const send = (
    key: string,
    { bytes, headers }: Description,
    sha256: string,
    body: IncomingMessage | '',
    sentSha256 = sha256,
  ) =>
    connection.call(async (client) => {
      const checksum = Buffer.from(sha256, 'hex').toString('base64');
      const request = {
        method: 'PUT',
        bucketName: settings.bucket,
        objectName: key,
        headers: { ...headers, 'content-length': String(bytes), 'x-amz-checksum-sha256': checksum },
      };
      (await client.makeRequestStreamAsync(request, body, sentSha256, [200], '')).resume();
    });
  /**
   * A store that refuses a large object early closes the connection, and its answer is lost. To an empty
   * body that does not fit its checksum it can answer, and never stores it.
   */
  const refusalOf = async (key: string): Promise<string | undefined> => {
    try {
      await send(key, { bytes: 0, headers: {} }, sha256Of('not empty'), '', sha256Of(''));
    } catch (error) {
      const code = refusalCodeOf(error);
      return /Digest|Mismatch/.test(code ?? '') ? undefined : code;
    }
    throw new Error(`the object store accepted ${key} with a checksum that does not match`);
  };

  return {
    get,
    async *list(): AsyncGenerator<readonly Listed[]> {
      let token: string | undefined;
      do {
        const { page, decodeKey } = await requestListing<ListBucketResult>(
          connection,
          'ListBucketResult',
          { 'list-type': '2', 'max-keys': String(pageSize), 'continuation-token': token },
        );
        yield (page.Contents ?? []).map(({ Key, Size }) => ({
          key: decodeKey(Key),
          bytes: Number(Size),
        }));
        token = page.IsTruncated === 'true' ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    async describe(key: string): Promise<Description | undefined> {
      try {
        const answer = await connection.request({ method: 'HEAD', objectName: key });
        answer.resume();
        return descriptionOf(answer);
      } catch (error) {
        if (refusalCodeOf(error) === 'NotFound') return undefined;
        throw error;
      }
    },
    /** SHA-256, in hex. */
    async hash(key: string): Promise<string> {
      const hash = createHash('sha256');
      for await (const chunk of chunksOf(await get(key))) hash.update(chunk);
      return hash.digest('hex');
    },
    /**
     * The checksum is signed, so that a store that is stopped in mid-PUT does not keep half of it.
     *
     * @returns the store's code where it refuses the object.
     */
    async put(key: string, wanted: Description, sha256: string, body: IncomingMessage) {
      try {
        await send(key, wanted, sha256, body);
        return undefined;
      } catch (error) {
        const code = refusalCodeOf(error) ?? (await refusalOf(key));
        if (code === undefined) throw error;
        return code;
      } finally {
        body.destroy();
      }
    },
    close: () => {
      connection.close();
    },
  };
}

interface ListBucketResult extends Listing {
  readonly NextContinuationToken?: string;
  readonly Contents?: readonly { readonly Key: string; readonly Size: string }[];
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

const descriptionOf = ({ headers }: IncomingMessage): Description => ({
  bytes: Number(headers['content-length']),
  headers: Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && (name === 'content-type' || name.startsWith('x-amz-meta-'))
        ? [[name, value]]
        : [],
    ),
  ),
});
