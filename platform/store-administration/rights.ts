// What a key may do, as the policies of S3 say it.

/** S3 actions on a bucket, and on the objects below each prefix. */
export interface Right {
  readonly bucketActions: readonly string[];
  readonly objectActions: readonly (readonly [prefix: string, actions: readonly string[]])[];
}

/** A right, and every key that has it: a new one and the one of before count together for a while. */
export interface Grant {
  readonly name: string;
  readonly right: Right;
  readonly keys: readonly { readonly accessKey: string; readonly secretKey: string }[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A policy to attach to a user, as MinIO and AWS IAM take it. */
export const policyDocument = (bucket: string, right: Right) => ({
  Version: '2012-10-17',
  Statement: statementsOf(bucket, right),
});

/** Statements of a bucket policy: they name who has the right, and begin with `namePrefix` in their Sid. */
export function bucketPolicyStatements(
  bucket: string,
  namePrefix: string,
  { name, right, keys }: Grant,
): Statement[] {
  return statementsOf(bucket, right).map((statement, index) => ({
    Sid: `${namePrefix}${name}-${index}`,
    Principal: { AWS: keys.map(({ accessKey }) => accessKey) },
    ...statement,
  }));
}

/**
 * VersityGW takes an owner's rights away where a bucket has a policy: this one keeps the bucket itself,
 * not its objects, to the key that sets the policy. It is nobody else's to replace: its Sid has no prefix.
 */
export const ownerStatement = (bucket: string, accessKey: string): Statement => ({
  Sid: `owner-${accessKey}`,
  Principal: { AWS: [accessKey] },
  Effect: 'Allow',
  Action: ['s3:*'],
  Resource: [`arn:aws:s3:::${bucket}`],
});

function statementsOf(bucket: string, { bucketActions, objectActions }: Right): Statement[] {
  const arn = `arn:aws:s3:::${bucket}`;
  const resources = objectActions.map(
    ([prefix, actions]) => [`${arn}/${prefix}*`, actions] as const,
  );
  return [...(bucketActions.length > 0 ? [[arn, bucketActions] as const] : []), ...resources].map(
    ([resource, actions]) => ({ Effect: 'Allow', Action: [...actions], Resource: [resource] }),
  );
}
