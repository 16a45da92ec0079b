import { jest } from '@jest/globals';

// `testTimeout` inside `projects` is ignored by Jest 30, so the limit of a test stands here.
jest.setTimeout(120_000);
