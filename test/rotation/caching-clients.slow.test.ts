import { expect, test } from 'vitest';
import { serveClients } from '../faults/clients.ts';

// `npm run faults` makes more calls, at a lower fault rate.
const SAMPLE = { clients: 20, rotations: 5, faultRate: 0.05, seed: 1 };

test('a client that caches the secret logs in while rotations fail and are retried', async () => {
  const served = await serveClients(SAMPLE);
  expect(served).toMatchObject({ rotations: 5, refused: 0, broken: [], orphans: [] });
});
