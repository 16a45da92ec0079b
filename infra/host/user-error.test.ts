import { expect, test } from '@jest/globals';
import { describeDiskError } from './user-error.ts';

test.each([
  ['EROFS', 'read-only'],
  ['EACCES', 'may not write'],
  ['EPERM', 'may not write'],
  ['ENOSPC', 'free some space'],
  ['EDQUOT', 'free some space'],
])('a disk that refuses with %s is one sentence with the path and the remedy', (code, remedy) => {
  const error = Object.assign(new Error(code), { code, path: '/clone/.data' });
  const sentence = describeDiskError(error);
  expect(sentence).toContain(`cannot write /clone/.data (${code})`);
  expect(sentence).toContain(remedy);
  expect(sentence).not.toContain('\n');
});

test('leaves other errors and things that are no errors alone', () => {
  for (const other of [new Error('bug'), undefined, null, 'text', { code: 'ENOENT' }])
    expect(describeDiskError(other)).toBeUndefined();
});
