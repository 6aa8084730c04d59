import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { synthesise } from './template.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:rotation';
const ROLE = 'arn:aws:iam::123456789012:role/rotation';
const ATTRIBUTES = { functionArn: FUNCTION, roleArn: ROLE, clustersPath: '/redis/clusters' };

test.each([
  ['functionArn', `${FUNCTION}:live`, 'the ARN of a function, without a version or'],
  ['functionArn', 'rotation', 'the ARN of a function'],
  ['functionArn', FUNCTION.replace('1234', '9999'), 'of the account of this stack'],
  ['functionArn', FUNCTION.replace('-1:', '-2:'), 'of the region of this stack, eu'],
  ['roleArn', 'rotation', 'the ARN of a role'],
  ['roleArn', ROLE.replace('1234', '9999'), 'of the account of this stack, 1234'],
])('an import rejects the %s %s', (attribute, arn, allowed) => {
  const build = () =>
    synthesise((stack) => {
      const attributes = { ...ATTRIBUTES, [attribute]: arn };
      RedisEnterpriseRotation.fromAttributes(stack, 'Rotation', attributes);
    });
  expect(build).toThrow(`${attribute} of 'Test/Rotation' must be ${allowed}`);
});
