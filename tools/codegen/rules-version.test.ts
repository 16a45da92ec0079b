import { expect, test } from '@jest/globals';
import { rulesVersion } from '../../services/vision-adapter/recognition/rules-version.ts';
import { versionOfRules, withRulesVersion } from './rules-version.ts';

test('finds the version of the rules changed with the rules: npm run codegen writes it', () => {
  expect(rulesVersion).toBe(versionOfRules());
});

test('writes the version into its file, and leaves the rest of it alone', () => {
  const file = (version: string) => `/** About it. */\nexport const rulesVersion = '${version}';\n`;
  expect(withRulesVersion(file('0123abcd'))).toBe(file(versionOfRules()));
});
