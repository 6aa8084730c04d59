import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { ofType, type Synthesised, show, synthesise } from '../infra/template.ts';
import type { Input } from '../sandbox/aws/aws-server.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { ACCOUNT, CLUSTERS_PATH, REGION } from '../sandbox/names.ts';
import { setEnvironment } from '../sandbox/process-environment.ts';
import { makeSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';

// The template decides here: handler, environment, and what Secrets Manager and SSM allow.
const USERNAME = 'orders';
const OVERLAP = Duration.seconds(1);

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';

/** What a call does with the customer-managed key of its secret. */
function keyActions(action: string): string[] {
  if (action === 'secretsmanager:GetSecretValue') return ['kms:Decrypt'];
  return action === 'secretsmanager:PutSecretValue' ? ['kms:Decrypt', 'kms:GenerateDataKey'] : [];
}

type Grant = { action: string; resource: string };

/** The template of a construct that adopts the world's user, with its clusters somebody else's. */
function templateOf(world: World, adminArn: string): Synthesised {
  return synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
      clustersPath: CLUSTERS_PATH,
      adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', inTemplate(adminArn))],
      overlap: OVERLAP,
    });
    const host = '127.0.0.1';
    const { port } = world.database;
    const schedule = 'rate(30 days)';
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY);
    rotation.adoptUser('Orders', { username: USERNAME, host, port, schedule, encryptionKey });
  });
}

// The template's region is not the sandbox's.
const inTemplate = (arn: string) => arn.replace(REGION, 'eu-west-1');
const inSandbox = (arn: string) => arn.replace('eu-west-1', REGION);

/** What the function's role may do, an action and a resource at a time. */
function grantsOf(template: Synthesised, secretArn: string): Grant[] {
  const [role] = [ofType(template, 'AWS::Lambda::Function')[0]?.Properties.Role].flat();
  const roleId = (role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => ofType(template, type))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${roleId}"`));
  return policies.flatMap(({ Properties }) => {
    const { Statement } = Properties.PolicyDocument as { Statement: Record<string, string>[] };
    return Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => ({
        action: String(action),
        resource: inSandbox(show(template, Resource))
          .replace('<AWS::SecretsManager::Secret>', secretArn)
          .replace('<AWS::Partition>', 'aws'),
      })),
    );
  });
}

/** The ARN on which an operation acts. */
function resourceOf({ SecretId, Path }: Input): string {
  if (Path !== undefined) return `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${Path}`;
  return SecretId === undefined ? '*' : String(SecretId);
}

/** Rotates once with the built function, then reconciles; only what is granted is allowed. */
async function run(isKept: (grant: Grant) => boolean): Promise<{ failure: unknown; left: number }> {
  await using world = await openWorld({ database: 'built-in' });
  const user = await addUser(world.cluster, { name: USERNAME, passwords: ['nobody-knows-it'] });
  const adminArn = world.store.latest('redis-enterprise/admin').arn;
  const template = templateOf(world, adminArn);
  const [secret] = ofType(template, 'AWS::SecretsManager::Secret');
  const value = String(secret?.Properties.SecretString);
  const [tag] = secret?.Properties.Tags as { Value: string }[];
  const arn = await makeSecret(world, 'adopted', value, tag?.Value);
  const grants = grantsOf(template, arn).filter(isKept);
  const built = await load(world, template);
  // Only the function's own calls are held to its grants, not those of whoever rotates.
  world.driver.invoke = async (event) => {
    world.aws.fault = (action, input) => {
      const resource = resourceOf(input);
      const needed = [{ action, resource }];
      // What Secrets Manager does with the secret's key, as the caller.
      if (resource === arn)
        needed.push(...keyActions(action).map((one) => ({ action: one, resource: KEY })));
      const isAllowed = (need: Grant) =>
        grants.some(
          (one) => one.action === need.action && one.resource === inSandbox(need.resource),
        );
      return needed.every(isAllowed) ? undefined : 'refused';
    };
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

let imports = 0;

/** Loads the built files as Lambda does: by the template's handler, with its environment. */
async function load(
  { environment }: World,
  template: Synthesised,
): Promise<World['driver']['invoke']> {
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  const { Variables } = fn?.Properties.Environment as { Variables: Record<string, string> };
  setEnvironment({ ...environment, ...Variables });
  const [file, name = ''] = String(fn?.Properties.Handler).split('.');
  imports += 1;
  const url = `${pathToFileURL(`${LAMBDA_FOLDER}/${file}.mjs`)}?${imports}`;
  return (await import(url))[name];
}

test('the built function does its whole job with what the template grants', async () => {
  // The password that nobody knew is not ours to delete.
  expect(await run(() => true)).toEqual({ failure: undefined, left: 2 });
});

// What Lambda itself does with the role, and not the function.
const EXEMPT = /^(logs|ec2):/;

const ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'ssm:GetParametersByPath',
];
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

test('the template grants these actions and no other', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { arn } = world.store.latest('redis-enterprise/admin');
  const grants = grantsOf(templateOf(world, arn), 'the-secret');
  const actions = grants.map(({ action }) => action).filter((action) => !EXEMPT.test(action));
  expect(new Set(actions)).toEqual(new Set([...ACTIONS, ...KEY_ACTIONS]));
  expect(grants.filter(({ action }) => action === 'secretsmanager:GetSecretValue')).toEqual([
    { action: 'secretsmanager:GetSecretValue', resource: 'the-secret' },
    { action: 'secretsmanager:GetSecretValue', resource: arn },
  ]);
});

test.each([
  ...[...ACTIONS, ...KEY_ACTIONS].map((action) => [action, /./] as const),
  ['secretsmanager:GetSecretValue', /secret:redis-enterprise\/admin/] as const,
])('without %s on %s the function cannot do its job', async (action, resource) => {
  const { failure } = await run(
    (grant) => grant.action !== action || !resource.test(grant.resource),
  );
  const refused = action.startsWith('kms:') ? 'secretsmanager:' : action;
  expect(failure).toMatchObject({ message: expect.stringContaining(refused) });
});
