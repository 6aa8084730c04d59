import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { openWorld } from '../sandbox/world.ts';
import { compare } from './beside-moto/compare.ts';
import type { Explained } from './beside-moto/explained.ts';
import { EXPLAINED_MOVES } from './beside-moto/explained-moves.ts';
import { EXPLAINED_READS } from './beside-moto/explained-reads.ts';
import { EXPLAINED_WRITES } from './beside-moto/explained-writes.ts';
import { differingOutcomes } from './beside-moto/outcomes.ts';
import { type Call, sequences } from './beside-moto/secret-calls.ts';
import { type MotoServer, startMoto } from './moto/server.ts';
import { absent, promise, say, summarize } from './report.ts';

// Sends the same calls to the Secrets Manager of the sandbox and of moto. Both emulate AWS: if they
// differ, one of them is wrong. The table says which one, with a source.
const EXPLAINED = [...EXPLAINED_READS, ...EXPLAINED_WRITES, ...EXPLAINED_MOVES];

// A sequence takes about 0.1 seconds, on a busy machine 0.5.
const SEQUENCES = 100;

async function check(moto: MotoServer): Promise<void> {
  await using world = await openWorld({ database: 'built-in', admin: false });
  // One server for both services.
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: url = '' } = world.environment;
  let secrets = 0;
  const run = (calls: Call[]) => {
    secrets += 1;
    const name = `secret-${secrets}-of-peers`;
    return compare({ url, name }, { url: moto.url, name }, calls, EXPLAINED);
  };
  for (const entry of EXPLAINED) {
    await promise(`moto still differs: ${entry.name} (${entry.source})`, async () => {
      const { explained } = await run(entry.example);
      ok(explained.has(entry), 'moto no longer differs: remove the entry');
    });
  }
  await promise('deletions and single parameters have the outcomes of moto', async () =>
    deepEqual(await differingOutcomes(url, moto), []),
  );
  const met = new Map<Explained, number>();
  let calls = 0;
  await promise('every difference between the sandbox and moto is explained', () =>
    fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const compared = await run(sequence);
        calls += compared.calls;
        for (const entry of compared.explained) met.set(entry, (met.get(entry) ?? 0) + 1);
      }),
      { numRuns: SEQUENCES, includeErrorInReport: true },
    ),
  );
  say(`${calls} calls of each were compared`);
  for (const entry of EXPLAINED) {
    say(`explained in ${met.get(entry) ?? 0} of ${SEQUENCES} sequences: ${entry.name}`);
  }
}

await using moto = await startMoto();
if (moto === undefined) absent('moto', 'the sandbox beside moto', "pip install 'moto[server]'");
else {
  await check(moto);
  summarize('beside moto');
}
