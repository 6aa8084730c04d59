import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    // Every test file runs in a process of its own, because a world sets that process's variables.
    pool: 'forks',
    testTimeout: 20_000,
  },
});
