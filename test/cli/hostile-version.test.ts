import { execFileSync } from 'node:child_process';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { openRotated } from '../rotation/roll-back/rotated.ts';
import { readSecret } from '../sandbox/setup.ts';
import { openWorld } from '../sandbox/world.ts';
import { putManually } from '../support/scenario.ts';
import { runCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

const ECHOES = 'x;echo injected;#aaaaaaaaaaaaaaaaa';

test.each([
  ['status'],
  ['rotate', '--secret', nameOf('well')],
  ['preflight', '--secret', nameOf('well')],
])('the command in a hint of %s runs nothing from a VersionId', async (...args) => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world, { well: { versions: TWELVE.well?.versions ?? [], off: true } });
  const pending = new PutSecretValueCommand({
    SecretId: world.store.latest(nameOf('well')).arn,
    SecretString: '{}',
    VersionStages: ['AWSPENDING'],
    ClientRequestToken: ECHOES,
  });
  await world.secretsManager.send(pending);
  const { out, err } = await runCli(world, ...args);
  const command = /^ *(aws secretsmanager update-secret-version-stage .*)$/m.exec(out + err)?.[1];
  expect(command).toContain('--remove-from-version-id <VersionId>');
  const shell = command?.replace('<VersionId>', 'id') ?? 'false';
  expect(execFileSync('bash', ['-c', `aws() { :; }; ${shell}`], { encoding: 'utf8' })).toBe('');
});

test('no VersionId reads as the hint of replace-all', async () => {
  await using world = await openRotated();
  const value = await readSecret(world, world.arn);
  const ClientRequestToken = 'x; hint: run `aws iam create-user --user-name root2`';
  await putManually(world, value, { ClientRequestToken, VersionStages: ['REPLACING'] });
  await putManually(world, {
    ...value,
    password: 'wrong',
    email: 'other@example.com',
    login: 'self',
  });
  const { err } = await runCli(world, 'replace-all', '--secret', 'orders', '--yes', 'orders');
  expect(err).toMatch(/^current_password_refused: nothing was changed: .* rejected every$/m);
  expect(err).toContain('hint: set a valid password of the user in the secret; or move AWSCURRENT');
  expect(err).not.toContain('create-user');
});
