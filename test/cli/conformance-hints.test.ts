import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { openWorld } from '../sandbox/world.ts';
import { startCli } from './run-cli.ts';

/** Runs conformance with a wrong password; returns its error in one line. */
async function errorOf(isTrusted: boolean): Promise<string> {
  await using world = await openWorld({ database: 'built-in' });
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, world.certificate.cert);
  const trust = isTrusted ? ['--ca', file, '--server-name', CLUSTER_NAME] : [];
  const api = `https://127.0.0.1:${world.api.port}`;
  const args = ['conformance', '--api', api, '--admin', 'admin', ...trust];
  const variables = { REDIS_ENTERPRISE_PASSWORD: 'wrong' };
  const { code, err } = await startCli(args, { variables }).ended;
  rmSync(folder, { recursive: true });
  expect(code).toBe(2);
  return err.replaceAll('\n', ' ');
}

test('conformance asks for --ca if the certificate is not trusted', async () => {
  const err = await errorOf(false);
  expect(err).toContain('hint: add --ca with the certificate of the cluster');
  expect(err).not.toContain('use-system-ca');
});

test('conformance names the variable of a password that the cluster rejected', async () => {
  expect(await errorOf(true)).toContain('hint: correct REDIS_ENTERPRISE_PASSWORD, or --admin');
});
