import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { TLS_SWITCH } from '../../lambda/names.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putParameters } from '../sandbox/setup.ts';
import { openScenario, type Scenario, stageToken } from '../support/scenario.ts';

test('every connection verifies certificates although Node.js has it turned off', async () => {
  await using world = await openScenario();
  await putParameters(world, { 'ca-certificate': (await makeCertificate(CLUSTER_NAME)).cert });
  const step = { Step: 'createSecret', ClientRequestToken: stageToken(world) };
  const events = [step, { Step: 'reconcile' }, { Step: 'preflight' }];
  const [start, api, database, report] = await runUnverified(
    world,
    events.map((event) => ({ ...event, SecretId: world.arn })),
  );
  expect(start).toMatchObject({ code: 'setting_invalid' });
  const untrusted = (where: string) => expect.stringMatching(`${where}.* is not trusted`);
  expect(api).toMatchObject({ code: 'certificate_refused', message: untrusted('sandbox at') });
  expect(database).toMatchObject({ code: 'certificate_refused', message: untrusted('database') });
  const { checks } = report as { checks: { check: string; status: string; detail: string }[] };
  const handshakes = checks.filter(({ check }) => check === 'tls');
  expect(handshakes).toHaveLength(2);
  for (const check of handshakes) {
    expect(check).toMatchObject({ status: 'fail', detail: untrusted('127') });
  }
  expect(world.api.calls).toEqual([]);
});

/** Returns the outcome of each event in a process where Node.js verifies no certificate. */
async function runUnverified({ environment }: Scenario, events: object[]): Promise<unknown[]> {
  const env = { PATH: process.env.PATH, ...environment, [TLS_SWITCH]: '0' };
  const script = join(import.meta.dirname, 'unverified.ts');
  const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(script, [JSON.stringify(events)], { env, execArgv: [], stdio });
  const [outcomes] = await once(child, 'message');
  return outcomes as unknown[];
}
