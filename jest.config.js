// unit: beside the code, and hostile input at every door; no servers. stories: tests/, on the real servers of stack `test`.
// long: stories that `npm test` has no time for; `npm test -- --selectProjects long` runs them too.
const long = [
  'conformance/without-cache',
  'faults/three-gateways/three-gateways',
  'faults/told-to-stop',
  'faults/vision-fails',
  'faults/worker-killed/worker-killed',
].map((name) => `<rootDir>/tests/${name}.test.ts`);
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
  setupFilesAfterEnv: ['<rootDir>/tests/deadlines.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.data/', '<rootDir>/dist/'],
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/tests/(?!conformance/hostile-input/.*\\.test\\.ts$)',
      ],
    },
    {
      ...shared,
      displayName: 'stories',
      testMatch: ['<rootDir>/tests/{stories,faults,conformance}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/tests/conformance/hostile-input/', ...long],
    },
    { ...shared, displayName: 'long', testMatch: long },
  ],
};
