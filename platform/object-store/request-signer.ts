// AWS Signature Version 4, for requests to a store that its client library does not make.
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { StoreKey } from './s3-client.ts';

export const requestSigner = (region: string, { accessKey, secretKey }: StoreKey) =>
  new SignatureV4({
    service: 's3',
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    sha256: Sha256,
    uriEscapePath: false, // S3 alone wants its path escaped once
  });
