import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Input } from '../sandbox/aws/aws-server.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { ACCOUNT, REGION } from '../sandbox/names.ts';
import { makeSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { loadBuilt, silenceOutput } from './built-function.ts';
import {
  ADMIN_ARN,
  adoptedSecret,
  functionConfiguration,
  type Grant,
  inSandbox,
  KEY_ARN,
  OVERLAP,
  readGrants,
  USERNAME,
} from './granted-permissions-template.ts';

silenceOutput();

/** Returns the ARN on which an operation acts. */
function resourceOf({ SecretId, Path }: Input): string {
  if (Path !== undefined) return `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${Path}`;
  return SecretId === undefined ? '*' : String(SecretId);
}

/** Returns what a call does with the customer-managed key of its secret, as its caller. */
function keyActions(action: string): string[] {
  if (action === 'secretsmanager:GetSecretValue') return ['kms:Decrypt'];
  return action === 'secretsmanager:PutSecretValue' ? ['kms:Decrypt', 'kms:GenerateDataKey'] : [];
}

/** Denies each call of the function that these grants do not allow. */
function allowOnly(world: World, secretArn: string, grants: Grant[]): void {
  const isAllowed = (action: string, resource: string) =>
    grants.some((one) => one.action === action && one.resource === resource);
  world.aws.fault = (action, input) => {
    const resource = resourceOf(input);
    const ofKey = resource === secretArn ? keyActions(action) : [];
    const isGranted =
      isAllowed(action, resource) && ofKey.every((one) => isAllowed(one, inSandbox(KEY_ARN)));
    return isGranted ? undefined : 'denied';
  };
}

/** Rotates twice with the built function, then reconciles; only the kept grants are allowed. */
async function run(isKept: (grant: Grant) => boolean): Promise<{ failure: unknown; left: number }> {
  await using world = await openWorld({ database: 'built-in' });
  const user = await addUser(world.cluster, { name: USERNAME, passwords: ['not-in-the-secret'] });
  const { value, userTag } = adoptedSecret(world.database.port);
  const arn = await makeSecret(world, 'adopted', value, userTag);
  const adminArn = world.store.latest('redis-enterprise/admin').arn;
  const grants = readGrants({ secretArn: arn, adminArn }).filter(isKept);
  const { handler, variables } = functionConfiguration();
  const built = await loadBuilt({ ...world.environment, ...variables }, handler);
  world.driver.invoke = async (event) => {
    // Calls of the test itself need no grant.
    allowOnly(world, arn, grants);
    return built(event).finally(() => {
      world.aws.fault = undefined;
    });
  };
  world.driver.attempts = 1;
  const first = await rotateSecret(world, arn);
  if (first.outcome !== 'succeeded') return { failure: first.error, left: user.passwords.length };
  await rotateSecret(world, arn);
  await setTimeout(OVERLAP.toMilliseconds() + 1_000);
  const failure = await world.driver.invoke({ Step: 'reconcile', SecretId: arn } as never).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, left: user.passwords.length };
}

test('the built function rotates and reconciles with the grants of the template', async () => {
  // The function does not delete the first password, which was never in the secret.
  expect(await run(() => true)).toEqual({ failure: undefined, left: 2 });
});

// AWS Lambda itself uses these grants, not the function.
const OF_LAMBDA = /^(logs|ec2):/;

const ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'ssm:GetParametersByPath',
];
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

test('the template grants these actions and no other', () => {
  const grants = readGrants({ secretArn: 'the-secret', adminArn: ADMIN_ARN });
  const actions = grants.map(({ action }) => action).filter((action) => !OF_LAMBDA.test(action));
  expect(new Set(actions)).toEqual(new Set([...ACTIONS, ...KEY_ACTIONS]));
  const reads = grants.filter(({ action }) => action === 'secretsmanager:GetSecretValue');
  expect(reads.map(({ resource }) => resource).sort()).toEqual([ADMIN_ARN, 'the-secret'].sort());
});

test.each([
  ...[...ACTIONS, ...KEY_ACTIONS].map((action) => [action, /./] as const),
  ['secretsmanager:GetSecretValue', /secret:redis-enterprise\/admin/] as const,
])('the function needs %s on %s', async (action, resource) => {
  const { failure } = await run(
    (grant) => grant.action !== action || !resource.test(grant.resource),
  );
  const denied = action.startsWith('kms:') ? 'secretsmanager:' : action;
  expect(failure).toMatchObject({ message: expect.stringContaining(denied) });
});
