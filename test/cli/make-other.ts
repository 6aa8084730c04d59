import { FUNCTION_ARN } from '../sandbox/names.ts';
import { makeSecret } from '../sandbox/setup.ts';
import type { Scenario } from '../support/scenario.ts';

/** Makes another secret that rotates with the function and has the tag of a user. */
export async function makeOther(world: Scenario, name: string, user: string): Promise<string> {
  const arn = await makeSecret(world, name, { username: user, password: 'x' }, user);
  world.store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = FUNCTION_ARN;
  });
  return arn;
}
