import { expect, test } from 'vitest';
import { ALARMS, CALLS_A_RECONCILE, CALLS_A_ROTATION, METRICS } from '../infra/cost.ts';
import { METRIC_NAMES } from '../lambda/metrics.ts';
import { alarmsOf } from './alarm-evaluation.ts';
import { withRotation } from './rotation-template.ts';
import { rotateSecret } from './sandbox/setup.ts';
import { OVERLAP_SECONDS, openScenario, type Scenario } from './scenario.ts';

/** The function's own calls to Secrets Manager while `act` runs. */
async function callsOf(world: Scenario, act: () => Promise<unknown>): Promise<number> {
  const { invoke } = world.driver;
  let calls = 0;
  world.driver.invoke = async (event) => {
    world.aws.fault = (action) => {
      if (action.startsWith('secretsmanager:')) calls += 1;
      return undefined;
    };
    return invoke(event).finally(() => {
      world.aws.fault = undefined;
    });
  };
  await act();
  world.driver.invoke = invoke;
  return calls;
}

test('the cost counts as many calls as a rotation and its clean-up make, and an idle reconcile', async () => {
  await using world = await openScenario({ login: 'admin' });
  await rotateSecret(world, world.arn);
  const expire = async () => {
    world.time.advance(OVERLAP_SECONDS + 1);
    await world.driver.invoke({ Step: 'reconcile', SecretId: world.arn } as never);
  };
  await callsOf(world, expire);
  const rotated = await callsOf(world, async () => {
    await rotateSecret(world, world.arn);
    await expire();
  });
  expect(rotated).toBe(CALLS_A_ROTATION);
  const idle = await callsOf(world, () =>
    world.driver.invoke({ Step: 'reconcile', SecretId: world.arn } as never),
  );
  expect(idle).toBe(CALLS_A_RECONCILE);
});

test('the cost counts every alarm, and every metric but those of errors', () => {
  expect(alarmsOf(withRotation())).toHaveLength(ALARMS);
  const ofFunction = METRIC_NAMES.filter((name) => !['Duration', 'Errors'].includes(name));
  const durations = ['createSecret', 'setSecret', 'testSecret', 'finishSecret', 'reconcile'];
  expect(ofFunction.length + durations.length).toBe(METRICS);
});
