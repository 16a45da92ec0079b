import { expect, test } from '@jest/globals';
import { clientSecretOf } from './local-user.ts';

test('clientSecretOf derives a different secret for each name and each stack', () => {
  const secret = clientSecretOf('anna', 'the-secret-of-stack-1');
  expect(clientSecretOf('anna', 'the-secret-of-stack-1')).toBe(secret);
  expect(clientSecretOf('anne', 'the-secret-of-stack-1')).not.toBe(secret);
  expect(clientSecretOf('anna', 'the-secret-of-stack-2')).not.toBe(secret);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
});
