import { addUser } from '../sandbox/cluster/cluster.ts';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { makeSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';

export const PASSWORD = 'the-first-password-1';
export const ROTATE = ['rotate', '--secret', 'orders'];

/** Opens a world in real time, as the log and `status` need it. Rotations fail if `fails`. */
export async function openRotating({ fails = false } = {}): Promise<World & { arn: string }> {
  const world = await openWorld({ database: 'built-in' });
  const name = 'orders';
  if (!fails) await addUser(world.cluster, { name, passwords: [PASSWORD] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: name, password: PASSWORD, ...endpoint };
  const arn = await makeSecret(world, name, value, name);
  world.store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = FUNCTION_ARN;
    secret.rotationRules = { ScheduleExpression: 'rate(30 days)' };
  });
  return { ...world, arn };
}
