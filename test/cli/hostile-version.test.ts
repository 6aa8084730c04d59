import { execFileSync } from 'node:child_process';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { openWorld } from '../sandbox/world.ts';
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
