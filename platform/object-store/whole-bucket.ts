// All of a bucket as whoever moves it needs it: every key, what lies there, its bytes from here to there.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { XMLParser } from 'fast-xml-parser';
import { connectS3, faultOf, s3Code, StoreRefusedError, type S3Settings } from './s3-client.ts';

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
  const { bucket } = settings;
  const connection = connectS3({ ...settings, limits });
  const ask = async (method: 'GET' | 'HEAD', where: { objectName?: string; query?: string }) => {
    try {
      const options = { method, bucketName: bucket, ...where };
      return await connection.client().makeRequestAsync(options);
    } catch (error) {
      throw faultOf(error);
    }
  };
  const get = (key: string) => ask('GET', { objectName: key });
  const send = async (
    key: string,
    { bytes, headers }: Description,
    sha256: string,
    body: IncomingMessage | '',
    sentSha256 = sha256,
  ) => {
    const checksum = Buffer.from(sha256, 'hex').toString('base64');
    const all = { ...headers, 'content-length': String(bytes), 'x-amz-checksum-sha256': checksum };
    const request = { method: 'PUT', bucketName: bucket, objectName: key, headers: all };
    const client = connection.client();
    (await client.makeRequestStreamAsync(request, body, sentSha256, [200], '')).resume();
  };
  /**
   * A store that refuses a large object early closes the connection, and its answer is lost. To an empty
   * body that does not fit its checksum it can answer, and never stores it.
   */
  const refusalOf = async (key: string): Promise<string | undefined> => {
    try {
      await send(key, { bytes: 0, headers: {} }, sha256Of('not empty'), '', sha256Of(''));
    } catch (error) {
      const code = s3Code(error);
      return /Digest|Mismatch/.test(code ?? '') ? undefined : code;
    }
    throw new Error(`the store took an object whose checksum does not fit: ${key}`);
  };

  return {
    get,
    async *list(): AsyncGenerator<readonly Listed[]> {
      for (let token: string | undefined = ''; token !== undefined;) {
        const answer = await ask('GET', { query: listQuery(pageSize, token) });
        const page = readPage(await text(answer));
        yield page.objects;
        token = page.next;
      }
    },
    async describe(key: string): Promise<Description | undefined> {
      try {
        const answer = await ask('HEAD', { objectName: key });
        answer.resume();
        return descriptionOf(answer);
      } catch (error) {
        if (error instanceof StoreRefusedError && error.code === 'NotFound') return undefined;
        throw error;
      }
    },
    /** SHA-256, in hex. */
    async hash(key: string): Promise<string> {
      const hash = createHash('sha256');
      try {
        for await (const chunk of await get(key)) hash.update(chunk as Buffer);
      } catch (error) {
        throw faultOf(error);
      }
      return hash.digest('hex');
    },
    /**
     * The checksum is signed, so that a store that is left in mid-PUT does not keep the half of it.
     *
     * @returns the store's code where it does not take the object.
     */
    async put(key: string, wanted: Description, sha256: string, body: IncomingMessage) {
      try {
        await send(key, wanted, sha256, body);
        return undefined;
      } catch (error) {
        const code = s3Code(error) ?? (await refusalOf(key));
        if (code === undefined) throw faultOf(error);
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

/** The client's own listing takes a key that looks like a number for one. */
const listQuery = (pageSize: number, token: string) =>
  [
    ...(token === '' ? [] : [`continuation-token=${encodeURIComponent(token)}`]),
    ...['encoding-type=url', 'list-type=2', `max-keys=${pageSize}`], // sorted, as the signature wants
  ].join('&');

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'Contents',
});

interface ListResult {
  readonly EncodingType?: string;
  readonly IsTruncated: string;
  readonly NextContinuationToken?: string;
  readonly Contents?: readonly { readonly Key: string; readonly Size: string }[];
}

function readPage(xml: string): { objects: readonly Listed[]; next: string | undefined } {
  const parsed = parser.parse(xml) as { ListBucketResult?: ListResult };
  const result = parsed.ListBucketResult;
  if (result === undefined) throw new TypeError('the store answered without a list of objects');
  const decoded = (key: string) =>
    result.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', '%20')) : key;
  return {
    objects: (result.Contents ?? []).map(({ Key, Size }) => ({
      key: decoded(Key),
      bytes: Number(Size),
    })),
    next: result.IsTruncated === 'true' ? result.NextContinuationToken : undefined,
  };
}
