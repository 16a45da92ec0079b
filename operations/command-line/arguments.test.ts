import { expect, test } from '@jest/globals';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { ownerHash, UsageError } from './arguments.ts';

const issuer = 'https://issuer.test';
const config = (...claims: string[]) => ({ OIDC_ISSUER: issuer, OIDC_OWNER_CLAIMS: claims });

test('names the owner of a user as the gateway does', () => {
  const owner = ownerFrom({ iss: issuer, sub: 'anna@example.dk' }, ['iss', 'sub']);
  expect(ownerHash('anna@example.dk', config('iss', 'sub'))).toBe(owner);
});

test('takes the values of several claims in their order, separated by commas', () => {
  const owner = ownerFrom({ tid: 't', oid: 'o' }, ['tid', 'oid']);
  expect(ownerHash('t, o', config('tid', 'oid'))).toBe(owner);
});

test.each([undefined, '', 'only-one'])(
  'refuses %p, naming the claims that are expected',
  (user) => {
    const refused = () => ownerHash(user, config('iss', 'tid', 'oid'));
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow('expected the claims tid,oid');
  },
);
