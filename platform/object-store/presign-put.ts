import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
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
 * Presigns by AWS Signature Version 4. The `minio` client signs no header but `host`, and what is
 * not signed may be anything: the type, the length, even the source of a copy.
 */
export function createPresignPut({ endpoint, region, bucket, key }: S3Settings): PresignPut {
  const { protocol, host, hostname, port } = new URL(endpoint);
  return async (objectKey, { seconds, headers = {} }) => {
    const { accessKey, secretKey } = key();
    const signer = new SignatureV4({
      service: 's3',
      region,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      sha256: Sha256,
      uriEscapePath: false, // S3 alone wants its path escaped once
      applyChecksum: false,
    });
    const names = new Set(Object.keys(headers));
    const { path, query } = await signer.presign(
      {
        method: 'PUT',
        protocol,
        hostname,
        ...(port === '' ? {} : { port: Number(port) }),
        path: `/${bucket}/${objectKey.split('/').map(escape).join('/')}`,
        query: {},
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
      },
      {
        expiresIn: seconds,
        signableHeaders: new Set(['host', ...names]),
        unhoistableHeaders: names, // in the query string a store would not compare them with the body
      },
    );
    const url = new URL(path, endpoint);
    for (const [name, value] of Object.entries(query ?? {}))
      url.searchParams.set(name, String(value));
    return url.href;
  };
}

/** RFC 3986: also what `encodeURIComponent` leaves. */
const escape = (segment: string) =>
  encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The hash in the form that the signer asks for. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', secret as string | Uint8Array);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    throw new Error('a signer makes a new hash for each use');
  }
}
