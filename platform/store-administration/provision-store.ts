// Everything that a bucket needs, made by its administrator: the bucket, users and rights, the CORS
// rule. Repeating changes nothing that is right already; what the key may not do is said, and left to others.
import { makeBucket, replaceRule } from './bucket.ts';
import { grantOnMinio, grantOnVersity, type GrantPlan } from './grant-rights.ts';
import {
  connectAdministrator,
  StoreAdministrationError,
  type Administrator,
} from './signed-request.ts';
import { findStoreKind, type StoreKind } from './users.ts';
import { leaf } from './xml.ts';

export interface StorePlan extends GrantPlan {
  /** Pages of these origins may PUT with these headers. */
  readonly cors: {
    readonly id: string;
    readonly origins: readonly string[];
    readonly headers: readonly string[];
  };
  /** A lifecycle rule of an earlier version, removed. */
  readonly formerLifecycleRule: string;
}

export interface Provisioned {
  readonly kind: StoreKind;
  /** What the processes cannot do without and the key may not do: a sentence each, with what to do. */
  readonly missing: readonly string[];
}

/** @param log gets one sentence for each step: done, not supported by the store, not allowed to the key. */
export async function provisionStore(
  administrator: Administrator,
  plan: StorePlan,
  log: (line: string) => void,
): Promise<Provisioned> {
  const send = connectAdministrator(administrator);
  const { bucket, cors } = plan;
  const missing: string[] = [];
  const reportMissing = (line: string) => {
    missing.push(line);
    log(line);
  };
  const outcome = await makeBucket(send, bucket, administrator.region);
  const kind = await findStoreKind(send);
  if (outcome === 'unseen' && kind === 'other')
    throw new StoreAdministrationError(
      `the key may not see bucket ${bucket} (403): use one with s3:GetBucketLocation or s3:ListBucket`,
    );
  if (outcome === 'unseen' || outcome === 'missing')
    reportMissing(
      `bucket ${bucket}: ${outcome === 'unseen' ? 'not seen or made' : 'not made'}, the key may not (403): ` +
        'make it by hand if it is not there, or use a key with s3:ListBucket and s3:CreateBucket',
    );
  else log(`bucket ${bucket}: ${outcome}`);

  const grant = { versitygw: grantOnVersity, minio: grantOnMinio, other: undefined }[kind];
  await grant?.({
    send,
    administrator,
    plan,
    hasBucket: outcome !== 'missing',
    log,
    reportMissing,
  });
  if (outcome === 'missing') return { kind, missing };

  const corsOutcome = await replaceRule(send, bucket, 'cors', cors.id, [
    ...cors.origins.map((origin) => leaf('AllowedOrigin', origin)),
    leaf('AllowedMethod', 'PUT'),
    ...cors.headers.map((header) => leaf('AllowedHeader', header)),
    leaf('ExposeHeader', 'etag'),
  ]);
  log(
    {
      set: `CORS rule ${cors.id}: set for ${cors.origins.join(', ')}`,
      unsupported:
        'CORS: the store has no rules per bucket (501) and answers by a setting of its own; pages of any origin may be able to upload with a putUrl',
      forbidden: `CORS rule ${cors.id}: not set, the key may not (403); browsers can upload only when the bucket allows PUT from ${cors.origins.join(', ')}: set it by hand, or use a key with s3:GetBucketCORS and s3:PutBucketCORS`,
    }[corsOutcome],
  );
  if ((await replaceRule(send, bucket, 'lifecycle', plan.formerLifecycleRule)) === 'forbidden')
    log(
      `lifecycle: not read or changed, the key may not (403); if the bucket has the rule ${plan.formerLifecycleRule} of an earlier version, remove it by hand`,
    );
  return { kind, missing };
}
