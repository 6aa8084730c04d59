import { readFileSync } from 'node:fs';
import { parse } from '@cdktf/hcl2json';
import { expect, test } from 'vitest';
import { USER_TAG } from '../../lambda/names.ts';
import { defaultUserAt } from '../../lambda/secret/user.ts';
import { openDeployment } from '../infra/deployment.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, openScenario, passwordOf } from '../support/scenario.ts';
import { ADMIN_ARN, ROTATION_VALUES, TEMPLATES, USER_VALUES } from './all-templates.ts';
import { evaluate, type Values } from './evaluate.ts';
import { expectParameters } from './expect-parameters.ts';

const ROTATION = evaluate(TEMPLATES.rotation, ROTATION_VALUES);

/** Opens a world with the empty, tagged secret of a default user, and deploys its stack. */
async function openStack(given: Values = {}) {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ isDefaultUser: true }));
  world.store.write(world.arn, ({ versions }) => versions.clear());
  const { resources } = evaluate(
    TEMPLATES.user,
    {
      ...USER_VALUES,
      ...{ Username: 'default-12000', ExistingSecretArn: world.arn },
      ...{ Host: '127.0.0.1', Port: String(world.database.port), ...given },
    },
    ROTATION,
  );
  const deployment = started.use(await openDeployment({ invoke: world.invoke }));
  const deploy = () =>
    deployment.deploy('Create', { ResourceProperties: resources.UserFields?.Properties });
  const running = started.move();
  return { world, deploy, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

test('the stack of a user rotates the empty secret of a default user, whom its tag names', async () => {
  await using stack = await openStack();
  const { world, deploy } = stack;
  expect(await deploy()).toMatchObject({ Status: 'SUCCESS' });
  const database = { host: '127.0.0.1', port: world.database.port, ssl: true };
  expect(await readSecret(world, world.arn)).toEqual({ username: 'default', ...database });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
  expect(await deploy()).toMatchObject({ Status: 'SUCCESS' });
});

test('with an existing secret, the username of a stack changes nothing', () => {
  const ExistingSecretArn = ADMIN_ARN;
  const [one, other] = ['default-12000', 'carts'].map((Username) =>
    evaluate(TEMPLATES.user, { ...USER_VALUES, Username, ExistingSecretArn }, ROTATION),
  );
  expect(one?.resources).toEqual(other?.resources);
});

type DefaultUser = { host: string; port: number; existing_secret_arn: string };
type GuideSecret = { name: string; tags: Record<string, string> };

test('the guide to Terraform tags the secret of a default user with its database', async () => {
  const [, guide = ''] = readFileSync('docs/guides/terraform.md', 'utf8').split(
    '## The default user',
  );
  const [, secret = '', user = ''] = guide.split('```hcl\n').map((part) => part.split('```')[0]);
  const { resource } = await parse('secret.tf', secret);
  const [{ name, tags }] = resource.aws_secretsmanager_secret.default_12001 as [GuideSecret];
  const [[entry, { host, port, existing_secret_arn }]] = Object.entries(
    await parse('terraform.tfvars', user),
  ) as [[string, DefaultUser]];
  expect(tags).toEqual({ [USER_TAG]: defaultUserAt({ host, port }) });
  expect(existing_secret_arn).toContain(`:secret:${name}-`);
  expectParameters('user', {
    ...USER_VALUES,
    Username: entry,
    ExistingSecretArn: existing_secret_arn,
  });
});

test('the stack of a default user fails if the tag names another database', async () => {
  await using stack = await openStack({ Port: '1' });
  const { world, deploy } = stack;
  const done = await deploy();
  expect(done).toMatchObject({ Status: 'FAILED' });
  expect(done?.Reason).toContain('user_tag_mismatch');
  expect(world.store.latest(world.arn).versions.size).toBe(0);
});
