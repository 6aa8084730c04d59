import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { KEY, USER, WITH_ADMIN } from './app-context.ts';
import { BILLING } from './rotation-template.ts';
import { ofType, policyStatements, synthesiseStack } from './template.ts';

test('a user may take a kept secret back, with its key', () => {
  const kept = { ...USER, secretArn: BILLING, encryptionKeyArn: KEY };
  const config = readConfig({ clusters: WITH_ADMIN, users: { billing: kept } });
  const template = synthesiseStack((app) => new RotationStack(app, 'App', config));
  expect(ofType(template, 'AWS::SecretsManager::Secret')).toEqual([]);
  const [fields] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  expect(fields?.Properties.SecretId).toBe(BILLING);
  expect(policyStatements(template).join()).toContain(`kms:GenerateDataKey on ${KEY}`);
});
