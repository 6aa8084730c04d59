import { expect, test } from 'vitest';
import { serveClients } from '../faults/clients.ts';

// A sample, with more faults than the whole of it, since there are fewer calls.
const SAMPLE = { clients: 20, rotations: 5, faultRate: 0.05, seed: 1 };

test('no client with a cache is locked out while rotations fail and are tried again', async () => {
  const served = await serveClients(SAMPLE);
  expect(served).toMatchObject({ rotations: 5, refused: 0, broken: [], orphans: [] });
});
