import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    // Tests wait for sockets and clocks more than they work: one a core is not too many.
    maxWorkers: '100%',
    // Many tests run for seconds, and a machine may be busy with other things besides.
    testTimeout: 60_000,
  },
});
