import { RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLING, imported, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { ofType, policyStatements, synthesise, type Template } from './template.ts';

const SECRET = 'AWS::SecretsManager::Secret';
const FIELDS = 'Custom::RedisEnterpriseUserFields';

const idsOf = ({ resources }: Template, type: string) =>
  Object.keys(resources).filter((id) => resources[id]?.Type === type);

test('the secret of an adopted user is empty, tagged, retained and rotated', () => {
  const template = withRotation();
  const [secret] = ofType(template, SECRET);
  expect(secret).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  // Without SecretString and GenerateSecretString, no deployment can write over a password.
  expect(secret?.Properties).toEqual({
    Description: 'Password of the Redis Enterprise user orders',
    Tags: [{ Key: 'redis-enterprise-rotation:user', Value: 'orders' }],
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')[0]?.Properties).toMatchObject({
    RotateImmediatelyOnUpdate: true,
    RotationRules: { ScheduleExpression: ORDERS.schedule },
  });
});

test('a secret has the given name, key and removal policy', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    rotation.adoptUser({
      ...ORDERS,
      username: 'carts',
      secretName: 'redis/carts',
      encryptionKey: new Key(stack, 'Key'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  });
  const [, carts] = ofType(template, SECRET);
  const [key] = idsOf(template, 'AWS::KMS::Key');
  expect(carts).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { Name: 'redis/carts', KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] } },
  });
});

test('a kept secret is taken back: nothing creates one, and the rest is as usual', () => {
  const template = synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    const kept = rotation.adoptUser({ ...ORDERS, secret: imported(stack, BILLING) });
    expect(kept.secret.secretArn).toBe(BILLING);
  });
  expect(ofType(template, SECRET)).toEqual([]);
  const types = [FIELDS, 'AWS::SecretsManager::RotationSchedule'];
  for (const type of types) {
    expect(ofType(template, type)[0]?.Properties.SecretId).toBe(BILLING);
  }
  expect(policyStatements(template).join('\n')).toContain(`UpdateSecretVersionStage on ${BILLING}`);
});

test('grantRead allows reading the secret and decrypting with its key', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const role = new Role(stack, 'App', { assumedBy: new ServicePrincipal('ecs.amazonaws.com') });
    const encryptionKey = new Key(stack, 'Key');
    rotation.adoptUser({ ...ORDERS, username: 'carts', encryptionKey }).grantRead(role);
  });
  const [app] = idsOf(template, 'AWS::IAM::Role').filter((id) => id.startsWith('App'));
  const statements = policyStatements(template);
  const read = 'secretsmanager:GetSecretValue, secretsmanager:DescribeSecret';
  expect(statements).toContain(`AWS::IAM::Policy: Allow ${read} on <${SECRET}>`);
  // The key's own policy names the role, because CDK owns the key.
  const keyPolicy = JSON.stringify(ofType(template, 'AWS::KMS::Key')[0]?.Properties.KeyPolicy);
  expect(keyPolicy).toMatch(
    new RegExp(`"kms:Decrypt"[^}]*\\}[^{]*\\{"AWS":\\{"Fn::GetAtt":\\["${app}"`),
  );
});
