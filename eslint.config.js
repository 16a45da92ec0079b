import { builtinModules } from 'node:module';
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { forbiddenWords } from './tools/lint/forbidden-words.js';

const nodeBuiltins = builtinModules.flatMap((name) => [name, `node:${name}`]);

const browserGlobals = Object.fromEntries(
  [
    'fetch',
    'btoa',
    'Blob',
    'Response',
    'URLSearchParams',
    'window',
    'document',
    'location',
    'history',
    'sessionStorage',
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  {
    ignores: [
      'node_modules/',
      '.data/',
      '**/dist/',
      'coverage/',
      '**/*.generated.ts',
      'tests/protocol/packed-sdk/app.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,js,cjs}'],
    ignores: ['tools/lint/**'],
    plugins: { words: { rules: { forbidden: forbiddenWords } } },
    rules: { 'words/forbidden': 'error' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    // For readers who have another toolchain: what both Node and browsers have.
    files: ['client/sdk/examples/**', 'tests/protocol/packed-sdk/*.js'],
    languageOptions: { globals: { ...browserGlobals } },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-undef': 'off', // tsc knows every global
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Promise', property: 'race', message: 'Name the loser: who cancels it?' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // What is printed for people goes through console; services log through platform/logger.
    files: [
      'client/**/*.{ts,tsx}',
      'infra/**/*.ts',
      'tests/{bench,faults,run,support}/**/*.ts',
      'tools/**/*.ts',
      'operations/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['client/web/**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    // Workflow code is replayed: whatever differs between two runs is kept out.
    // The sandbox itself replaces Date, Math.random and timers.
    files: ['workflows/**/*.ts'],
    ignores: ['workflows/**/*.test.ts', 'workflows/histories/**'],
    rules: {
      'no-restricted-properties': 'off', // the workflow's races are made in cancellation scopes
      'no-restricted-globals': ['error', 'process', 'fetch', 'Buffer'],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: nodeBuiltins.map((name) => ({
            name,
            allowTypeImports: true,
            message: 'Workflow code is deterministic: do this in an activity.',
          })),
          patterns: [
            {
              group: ['**/activities/**', '**/platform/**', '**/services/**', '**/workers/**'],
              allowTypeImports: true,
              message: 'A workflow sees types only; the worker brings the code.',
            },
          ],
        },
      ],
    },
  },
);
