import { test } from '@jest/globals';
test('placeholder', () => undefined);
