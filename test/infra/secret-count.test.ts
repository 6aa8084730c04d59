import { CfnParameter, Lazy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { alarmsOf } from './alarm-evaluation.ts';
import { propsOf, withRotation } from './rotation-template.ts';
import { synthesise, type Template } from './template.ts';

/** Returns the number of secrets that the alarm ReconcileNotRunning expects. */
const expected = (template: Template): unknown =>
  alarmsOf(template).find(({ name }) => name === 'ReconcileNotRunning')?.Threshold;

const parameter = (stack: Construct) =>
  new CfnParameter(stack, 'Count', { type: 'Number' }).valueAsNumber;
const late = (count: number) => Lazy.number({ produce: () => count });

test('the alarm ReconcileNotRunning expects the secrets of other stacks too', () => {
  expect(expected(withRotation(() => ({ secretsOfOtherStacks: 3 })))).toBe(4);
});

test('the alarm expects the secrets of other stacks that are counted at synthesis', () => {
  expect(expected(withRotation(() => ({ secretsOfOtherStacks: late(3) })))).toBe(4);
});

test('the alarm of a construct without secrets expects the number of a parameter', () => {
  const template = synthesise((stack) => {
    const props = propsOf(stack, { secretsOfOtherStacks: parameter(stack) });
    new RedisEnterpriseRotation(stack, 'Rotation', props);
  });
  expect(expected(template)).toEqual({ Ref: 'Count' });
});

test('a construct with secrets rejects the number of a parameter, which it cannot add', () => {
  const withParameter = (stack: Construct) => ({ secretsOfOtherStacks: parameter(stack) });
  expect(() => withRotation(withParameter)).toThrow(
    'secretsOfOtherStacks must be known at synthesis if the construct has secrets of its own, ' +
      'got a token beside 1; hint: set a number, or rotate all secrets in other stacks',
  );
});

test('a construct rejects an invalid number that is counted at synthesis', () => {
  expect(() => withRotation(() => ({ secretsOfOtherStacks: late(-1) }))).toThrow(
    'secretsOfOtherStacks must be a whole number, 0 or more, got -1',
  );
});
