// A bucket and what is set on it: policy, CORS rules, lifecycle rules. Only what is ours is changed;
// statements and rules of others stay as they are.
import { isDeepStrictEqual } from 'node:util';
import type { Statement } from './rights.ts';
import { StoreAdministrationError, unlessDenied, type Send } from './signed-request.ts';
import { childrenOf, element, leaf, parseXml, textOf, toXml, type Element } from './xml.ts';

/** `unseen`: the key may not ask for it; `missing`: it may not make it. */
export type BucketOutcome = 'created' | 'exists' | 'unseen' | 'missing';

export async function makeBucket(
  send: Send,
  bucket: string,
  region: string,
): Promise<BucketOutcome> {
  const path = `/${bucket}`;
  // A HEAD would be refused without a reason. A key without the right to ask for the location may
  // still see the bucket.
  const { status } =
    (await unlessDenied(send({ method: 'GET', path, query: { location: '' }, expected: [404] }))) ??
    (await unlessDenied(send({ method: 'HEAD', path, expected: [404] }))) ??
    {};
  if (status !== 404) return status === undefined ? 'unseen' : 'exists';
  const body =
    region === 'us-east-1' // the one region that S3 refuses to be named
      ? ''
      : `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  const made = await unlessDenied(send({ method: 'PUT', path, body, expected: [409] }));
  if (made === undefined) return 'missing';
  if (made.code === '') return 'created';
  if (made.code === 'BucketAlreadyOwnedByYou') return 'exists';
  throw new Error(
    `bucket ${bucket} belongs to another account (${made.code}): set S3_BUCKET to another name`,
  );
}

/**
 * Replaces the statements whose Sid begins with `namePrefix`: whoever has rights by them and not by these loses them.
 *
 * @returns false: they were there already, and nothing else of ours.
 */
export async function mergeBucketPolicy(
  send: Send,
  bucket: string,
  before: Policy,
  namePrefix: string,
  statements: readonly Statement[],
): Promise<boolean> {
  const isOurs = ({ Sid = '' }: Statement) => Sid.startsWith(namePrefix);
  if (isDeepStrictEqual(before.Statement.filter(isOurs), statements)) return false;
  const others = before.Statement.filter((statement) => !isOurs(statement));
  const body = JSON.stringify({ ...before, Statement: [...others, ...statements] });
  await send({ method: 'PUT', ...policyOf(bucket), body });
  return true;
}

/** @throws {StoreAdministrationError} our statements grant rights to users other than the known ones. */
export function assertOnlyKnownUsers(
  { Statement }: Policy,
  bucket: string,
  namePrefix: string,
  known: readonly string[],
): void {
  const users = Statement.filter(({ Sid = '' }) => Sid.startsWith(namePrefix)).flatMap(usersOf);
  const others = new Set(users.filter((user) => !known.includes(user)));
  if (others.size > 0)
    throw new StoreAdministrationError(
      `the policy of bucket ${bucket} grants rights to ${others.size} keys that this folder does not hold: ` +
        'provision from the folder that holds them, or revoke their rights with --replace',
    );
}

const policyOf = (bucket: string) => ({ path: `/${bucket}`, query: { policy: '' } });

export interface Policy {
  readonly Statement: readonly Statement[];
}

export async function readPolicy(send: Send, bucket: string): Promise<Policy> {
  const answer = await send({ method: 'GET', ...policyOf(bucket), expected: [404] });
  const policy = (
    answer.status === 404 ? { Version: '2012-10-17', Statement: [] } : JSON.parse(answer.body)
  ) as { Statement: Statement | Statement[] };
  return { ...policy, Statement: [policy.Statement].flat() };
}

const usersOf = ({ Principal }: Statement): string[] =>
  [(Principal as { AWS?: string | string[] } | undefined)?.AWS ?? []].flat();

const refusals: Readonly<Record<number, RuleOutcome>> = { 403: 'forbidden', 501: 'unsupported' };

const configurations = {
  cors: { root: 'CORSConfiguration', rule: 'CORSRule' },
  lifecycle: { root: 'LifecycleConfiguration', rule: 'Rule' },
} as const;

export type RuleOutcome = 'set' | 'unsupported' | 'forbidden';

/**
 * Puts `rule` in the place of the rule with that id; without a rule, takes that one out.
 *
 * @returns what became of it: a store may have no such configurations (501), a key no right to them (403).
 */
export async function replaceRule(
  send: Send,
  bucket: string,
  kind: keyof typeof configurations,
  id: string,
  rule?: readonly Element[],
): Promise<RuleOutcome> {
  const resource = { path: `/${bucket}`, query: { [kind]: '' } };
  const answer = await send({ method: 'GET', ...resource, expected: [403, 404, 501] });
  const refusal = refusals[answer.status];
  if (refusal !== undefined) return refusal;
  const names = configurations[kind];
  const document = answer.status === 404 ? [] : parseXml(answer.body);
  const root = document.find((node) => names.root in node) ?? element(names.root);
  const before = childrenOf(root, names.root);
  const isOurs = (node: Element) =>
    names.rule in node && textOf(childrenOf(node, names.rule), 'ID') === id;
  const others = before.filter((node) => !isOurs(node));
  if (rule === undefined && others.length === before.length) return 'set'; // it is not there
  const after = rule ? [...others, element(names.rule, leaf('ID', id), ...rule)] : others;
  const { status } = after.some((node) => names.rule in node)
    ? await send({
        ...{ method: 'PUT', ...resource, expected: [403, 501] },
        body: toXml({ ...root, [names.root]: after }),
      })
    : await send({ method: 'DELETE', ...resource, expected: [403] });
  return refusals[status] ?? 'set';
}
