import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // With one worker for each core, cores are idle while tests wait.
    maxWorkers: availableParallelism() + 1,
    // Files share the modules of their worker: to import them again takes a third of the time.
    isolate: false,
    // Some tests take seconds, and more on a busy machine.
    testTimeout: 60_000,
  },
});
