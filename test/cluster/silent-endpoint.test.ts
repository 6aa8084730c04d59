import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../sandbox/listen.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { openScenario } from '../support/scenario.ts';

// The clock of the HTTP client, which it exposes for tests.
const CLIENT_TIMERS = createRequire(import.meta.url)('undici/lib/util/timers.js') as {
  tick: (milliseconds?: number) => void;
};

const CONNECT_TIMEOUT_MS = 5_000;
// The HTTP client checks its timeouts in steps of half a second.
const PRECISION_MS = 1_000;
// Shorter than the timeout of a whole request, which takes real time.
const TEST_TIMEOUT_MS = 14_000;

test(
  'the function uses the next endpoint if one never answers for 5 seconds',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    let connections = 0;
    const silent = await listen(
      createServer(() => {
        connections += 1;
        // The first tick starts the timers that are new.
        CLIENT_TIMERS.tick();
        CLIENT_TIMERS.tick(CONNECT_TIMEOUT_MS + PRECISION_MS);
      }),
    );
    const origins = [silent.port, world.api.port].map((port) => `https://127.0.0.1:${port}`);
    await putParameters(world, { 'api-endpoints': origins.join(',') });
    const began = world.time.now();
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
    expect(connections).toBeGreaterThan(0);
    expect(world.time.now(), 'the function does not wait before the next endpoint').toBe(began);
    await silent.close();
  },
  TEST_TIMEOUT_MS,
);
