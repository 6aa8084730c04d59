import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { openWorld } from '../sandbox/world.ts';
import { compare, type Explained } from './comparison.ts';
import { EXPLAINED_MOVES } from './explained-moves.ts';
import { EXPLAINED_READS } from './explained-reads.ts';
import { EXPLAINED_WRITES } from './explained-writes.ts';
import { type MotoServer, startMoto } from './moto-server.ts';
import { absent, promise, say, summarize } from './report.ts';
import { type Call, sequences } from './secret-calls.ts';

// The sandbox's Secrets Manager and moto's are given the same calls. Both stand for AWS, so where
// they differ one of them is wrong: the table says which, and who says so.
const EXPLAINED = [...EXPLAINED_READS, ...EXPLAINED_WRITES, ...EXPLAINED_MOVES];

// A sequence takes a tenth of a second, on a busy machine a half.
const SEQUENCES = 100;

async function check(moto: MotoServer): Promise<void> {
  await using world = await openWorld({ database: 'built-in', admin: false });
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: url = '' } = world.environment;
  let secrets = 0;
  const run = (calls: Call[]) => {
    secrets += 1;
    const name = `secret-${secrets}-of-peers`;
    return compare({ url, name }, { url: moto.url, name }, calls, EXPLAINED);
  };
  for (const entry of EXPLAINED) {
    await promise(`moto still departs: ${entry.name} (${entry.source})`, async () => {
      const { explained } = await run(entry.example);
      ok(explained.has(entry), 'the difference is gone, and its entry should be, too');
    });
  }
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
