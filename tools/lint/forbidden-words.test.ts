import { Linter } from 'eslint';
import { expect, test } from '@jest/globals';
// @ts-expect-error plain JavaScript: eslint.config.js imports it
import { createRule as create } from './forbidden-words.js';

interface Words {
  readonly names: readonly (readonly [word: string, instead: string])[];
  readonly fileWords: readonly (readonly [word: string, instead: string])[];
}
const createRule = create as (
  words: Words,
) => NonNullable<NonNullable<Linter.Config['plugins']>[string]['rules']>[string];

const rule = createRule({
  names: [
    ['Gate', 'CircuitBreaker'],
    ['demand', 'assert'],
    ['PATIENCE', 'ANALYSIS_TIMEOUT'],
  ],
  fileWords: [['utils', 'what the functions do']],
});

function reports(code: string, file = 'file.js'): string[] {
  const config: Linter.Config = {
    plugins: { words: { rules: { forbidden: rule } } },
    rules: { 'words/forbidden': 'error' },
  };
  return new Linter().verify(code, config, file).map(({ message }) => message);
}

test.each([
  'class Gate {}',
  'createGate();',
  'const gate = 1;',
  'demandTools();',
  "process.env['PATIENCE'];",
  'const settings = { PATIENCE: 1 };',
])('reports the word in %p', (code) => {
  expect(reports(code)).toHaveLength(1);
});

test.each(['startGateway();', 'const gateway = 1;', 'onDemand();', "say('the gate is PATIENCE');"])(
  'accepts %p, where the word is a piece of another one or prose',
  (code) => {
    expect(reports(code)).toEqual([]);
  },
);

test("reports a word in a file's name and names the one to take", () => {
  expect(reports('', 'string-utils.js')).toEqual([
    expect.stringContaining('say what the functions do'),
  ]);
  expect(reports('', 'utilities.js')).toEqual([]);
});
