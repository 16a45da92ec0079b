import { extendedEncodeURIComponent } from '@smithy/core/protocols';
import { requestSigner } from './request-signer.ts';
import type { S3Settings } from './s3-client.ts';

/** A URL that takes one PUT of `key` within `seconds`. Made here, asks no server. */
export type PresignPut = (
  key: string,
  options: {
    seconds: number;
    /** Part of the signature: the PUT must carry each of them, with this value. */
    headers?: Readonly<Record<string, string>>;
  },
) => Promise<string>;

/**
 * Headers that bind a PUT to these bytes, where nothing lies yet.
 *
 * @param declared `checksum`: `sha256:` and 64 hex digits over the whole object.
 */
export const declaredHeaders = (declared: {
  readonly contentType: string;
  readonly bytes: number;
  readonly checksum: string;
}): Record<string, string> => ({
  'content-length': String(declared.bytes),
  'content-type': declared.contentType,
  'x-amz-checksum-sha256': Buffer.from(declared.checksum.slice('sha256:'.length), 'hex').toString(
    'base64',
  ),
  'if-none-match': '*', // one PUT: what lies there is not replaced
});

/**
 * Presigns by AWS Signature Version 4. The `minio` client signs no header but `host`, and what is
 * not signed may be anything: the type, the length, even the source of a copy.
 */
export function createPresignPut({ endpoint, region, bucket, key }: S3Settings): PresignPut {
  const { protocol, host, hostname, port } = new URL(endpoint);
  return async (objectKey, { seconds, headers = {} }) => {
    const { path, query } = await requestSigner(region, key()).presign(
      {
        method: 'PUT',
        protocol,
        hostname,
        ...(port !== '' && { port: Number(port) }),
        path: `/${bucket}/${objectKey.split('/').map(extendedEncodeURIComponent).join('/')}`,
        query: {},
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
      },
      {
        expiresIn: seconds,
        unhoistableHeaders: new Set(Object.keys(headers)), // in the query string a store would not compare them with the body
      },
    );
    const url = new URL(path, endpoint);
    for (const [name, value] of Object.entries(query ?? {}))
      url.searchParams.set(name, String(value));
    return url.href;
  };
}
