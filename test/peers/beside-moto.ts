import { randomUUID } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { awsClients } from '../../lambda/aws-clients.ts';
import { openWorld } from '../sandbox/world.ts';
import { EXPLAINED } from './differences.ts';
import { type MotoServer, startMoto } from './moto-server.ts';
import { absent, promise, say, summarize } from './promises.ts';
import {
  anOperation,
  type Labels,
  labelsOf,
  type Operation,
  perform,
  SECOND_ID,
} from './random-operations.ts';

// The sandbox's Secrets Manager beside moto's: no difference that is not explained.

// A sequence takes a fifth of a second, on a busy machine a whole one.
const SEQUENCES = 80;
// Longer ones meet an explained difference first, after which the two are no longer alike.
const OPERATIONS_MAX = 14;

type Pair = { sandbox: SecretsManagerClient; moto: SecretsManagerClient };

const met = new Map<string, number>();
let compared = 0;

/** Runs a sequence until the labels differ for an explained reason; throws where it is not. */
async function compare({ sandbox, moto }: Pair, operations: Operation[]): Promise<void> {
  const name = `beside-${randomUUID()}`;
  const start = { from: undefined, more: [], text: 'one' };
  const create: Operation = { ...start, name: 'create', id: undefined, label: undefined };
  // A second version from the start, so that there is something to move labels to.
  const put: Operation = { ...start, name: 'put', id: SECOND_ID, label: 'LIVE' };
  let before: Labels = {};
  for (const operation of [create, put, ...operations]) {
    const ours = await perform(sandbox, name, operation);
    const theirs = await perform(moto, name, operation);
    const after = await labelsOf(sandbox, name);
    const isAlike = shown(after) === shown(await labelsOf(moto, name));
    compared += 1;
    if (JSON.stringify(ours) !== JSON.stringify(theirs) || !isAlike) {
      const difference = { operation, before, sandbox: ours, moto: theirs };
      const explained = EXPLAINED.find(([, , isIt]) => isIt(difference));
      if (explained === undefined) throw new Error(`unexplained: ${JSON.stringify(difference)}`);
      met.set(explained[0], (met.get(explained[0]) ?? 0) + 1);
    }
    if (!isAlike) return;
    before = after;
  }
}

function shown(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).filter(([, list]) => list.length > 0));
}

async function check(server: MotoServer): Promise<void> {
  await using world = await openWorld({ database: 'built-in', admin: false });
  const { secretsManager: moto } = awsClients(server.environment);
  const pair = { sandbox: world.secretsManager, moto };
  await promise('every difference between the sandbox and moto is explained', async () => {
    const sequences = fc.array(anOperation, { minLength: 1, maxLength: OPERATIONS_MAX });
    const property = fc.asyncProperty(sequences, (operations) => compare(pair, operations));
    await fc.assert(property, {
      numRuns: SEQUENCES,
      endOnFailure: true,
      includeErrorInReport: true,
    });
  });
  say(`${compared} operations of each were compared`);
  for (const [aws, source] of EXPLAINED) {
    say(`explained ${met.get(aws) ?? 0} times: ${aws} (${source})`);
  }
  moto.destroy();
}

await using moto = await startMoto();
if (moto === undefined) absent('moto', 'the sandbox beside moto', "pip install 'moto[server]'");
else {
  await check(moto);
  summarize('beside moto');
}
