import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // Tests wait for sockets and clocks, so that one a core would leave the cores idle at times.
    maxWorkers: availableParallelism() + 1,
    // Many tests run for seconds, and a machine may be busy with other things besides.
    isolate: false,
    testTimeout: 60_000,
  },
});
