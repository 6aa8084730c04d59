import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { ORDERS, propsOf } from './rotation-template.ts';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** Returns the policies that let a consumer in the stack `of` read a user's secret. */
function policiesFor(of: 'Own' | 'Other', keyIn: (stack: Stack) => IKey): string {
  const app = new App({ analyticsReporting: false });
  const env = { account: '123456789012', region: 'eu-west-1' };
  const own = new Stack(app, 'Own', { env });
  const stack = of === 'Own' ? own : new Stack(app, 'Other', { env });
  const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
  const role = new Role(stack, 'Consumer', { assumedBy });
  const rotation = new RedisEnterpriseRotation(own, 'Rotation', propsOf(own));
  rotation.adoptUser({ ...ORDERS, encryptionKey: keyIn(own) }).grantRead(role);
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  return JSON.stringify(Object.entries(policies).filter(([id]) => id.startsWith('Consumer')));
}

test('a consumer of another stack can use the key of the secret it reads, for that only', () => {
  const policies = policiesFor('Other', (own) => new Key(own, 'Key'));
  expect(policies).toMatch(/GetSecretValue.*kms:Decrypt/);
  expect(policies).toContain('"kms:ViaService":"secretsmanager.eu-west-1.amazonaws.com"');
  expect(policies).toMatch(/"kms:EncryptionContext:SecretARN":{"Fn::ImportValue":"Own:/);
});

test('a consumer can use an imported key of a secret', () => {
  const policies = policiesFor('Own', (own) => Key.fromKeyArn(own, 'Key', ARN));
  expect(policies).toContain(`"Action":"kms:Decrypt"`);
  expect(policies).toContain(ARN);
});

test('the policy of a key admits the consumers of its own stack', () => {
  expect(policiesFor('Own', (own) => new Key(own, 'Key'))).not.toContain('kms:Decrypt');
});
