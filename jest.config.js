// One project for each folder of tests/, and `unit`: what stands beside the code and needs no servers.
import { globSync } from 'node:fs';

const shared = {
  cacheDirectory: '<rootDir>/node_modules/.cache/jest', // the temporary folder is new in each run
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/tests/support/deadlines.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.data/', '<rootDir>/dist/'],
};

const kinds = [...new Set(globSync('tests/*/**/*.test.ts').map((file) => file.split('/')[1]))];

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/'],
    },
    ...kinds.map((kind) => ({
      ...shared,
      displayName: kind,
      testMatch: [`<rootDir>/tests/${kind}/**/*.test.ts`],
    })),
  ],
};
