import type { Preflight } from '../../lambda/preflight/preflight.ts';

/** Runs preflight in a new sandbox, on a secret that has rotated once. */
export async function preflightSandbox(): Promise<Preflight> {
  // Only `--local` loads the sandbox: preflight of a deployed function does not need it.
  const { openWorld } = await import('../../test/sandbox/world.ts');
  const { addUser } = await import('../../test/sandbox/cluster/cluster.ts');
  const { makeSecret, randomPassword, rotateSecret } = await import('../../test/sandbox/setup.ts');
  await using world = await openWorld();
  const password = randomPassword();
  await addUser(world.cluster, { name: 'orders', passwords: [password] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: 'orders', password, ...endpoint };
  const arn = await makeSecret(world, 'redis/orders', value, 'orders');
  await rotateSecret(world, arn, { schedule: 'rate(30 days)' });
  return (await world.invoke({ Step: 'preflight', SecretId: arn })) as Preflight;
}
