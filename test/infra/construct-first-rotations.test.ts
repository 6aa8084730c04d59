import { Stack } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLED, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { synthesise, type Template } from './template.ts';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const FIELDS = 'Custom::RedisEnterpriseUserFields';

/** Returns for each resource of a type the index of the rotation schedule that it waits for. */
function awaited({ resources }: Template, type: string): number[][] {
  const idsOf = (one: string) => Object.keys(resources).filter((id) => resources[id]?.Type === one);
  const schedules = idsOf(SCHEDULE);
  return idsOf(type).map((id) =>
    (resources[id]?.DependsOn ?? []).flatMap((other) => {
      const index = schedules.indexOf(other);
      return index < 0 ? [] : [index];
    }),
  );
}

const withUsers = (count: number, props: { firstRotationsAtOnce?: number } = {}) =>
  synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack, props));
    for (let user = 1; user <= count; user += 1) {
      rotation.adoptUser({ ...ORDERS, username: `user${user}` });
    }
  });

test.each([
  [{}, [[], [], [], [], [], [0], [1], [2]]],
  [{ firstRotationsAtOnce: 1 }, [[], [0], [1], [2], [3], [4], [5], [6]]],
  [{ firstRotationsAtOnce: 8 }, [[], [], [], [], [], [], [], []]],
])('the first rotations of a deployment start a few at a time: %j', (props, expected) => {
  const template = withUsers(8, props);
  expect(awaited(template, SCHEDULE)).toEqual(expected);
  expect(awaited(template, FIELDS)).toEqual(expected);
});

test.each([0, -1, 1.5, Number.NaN])('firstRotationsAtOnce must not be %d', (value) => {
  const build = () => withUsers(1, { firstRotationsAtOnce: value });
  expect(build).toThrow(`firstRotationsAtOnce must be a whole number from 1, got ${value}`);
});

test('first rotations of secrets of other stacks wait without a circle between stacks', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const own = Stack.of(stack);
    for (let count = 1; count <= 7; count += 1) {
      const other = new Stack(own.node.root as Construct, `Other${count}`, {
        env: { account: own.account, region: own.region },
      });
      const secret = new Secret(other, 'Secret') as ISecret;
      const billed = { ...BILLED, username: `billing${count}` };
      rotation.addSecret(`Billing${count}`, secret, billed).grantRead(rotation.rotationFunction);
    }
  });
  expect(awaited(template, SCHEDULE)).toEqual([[], [], [], [], [], [0], [1], [2]]);
});
