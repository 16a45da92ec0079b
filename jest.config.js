// One project for each folder of tests/, and `unit`: what stands beside the code and needs no servers.
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What tests leave in the temporary folder goes when they have ended: theirs is one of its own.
const temporaryFolder = mkdtempSync(join(tmpdir(), 'trackunit-'));
process.env.TMPDIR = temporaryFolder;
process.env.ORT_DISABLE_TELEMETRY = '1'; // some tests load onnxruntime themselves
process.once('exit', () =>
  rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 3 }),
);

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
