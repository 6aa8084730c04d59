import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const SLOW = 'test/**/*.slow.test.ts';

export default defineConfig({
  test: {
    globalSetup: 'test/support/global-setup.ts',
    // With one worker for each core, cores are idle while tests wait.
    maxWorkers: availableParallelism() + 1,
    // Files share the modules of their worker: to import them again takes a third of the time.
    isolate: false,
    // Some tests take seconds, and more on a busy machine.
    testTimeout: 60_000,
    // To validate a template takes as long as to synthesise it: `cdk validate` has its own test.
    env: { CDK_VALIDATION: 'false' },
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [SLOW] } },
      { extends: true, test: { name: 'slow', include: [SLOW] } },
    ],
  },
});
