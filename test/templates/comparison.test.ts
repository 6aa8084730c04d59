import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { DEFAULT_EXCLUDED } from '../../lambda/settings.ts';
import { imported } from '../infra/rotation-template.ts';
import {
  ofType,
  policyStatements,
  showValue,
  synthesise,
  type Template,
} from '../infra/template.ts';
import { ADMIN_ARN, ROTATION_VALUES, TEMPLATES, USER_VALUES } from './all-templates.ts';
import { type Evaluated, evaluate } from './evaluate.ts';

// What the construct creates, and what the templates create for the same cluster and user.
const constructed = synthesise((stack) => {
  const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
    clustersPath: '/redis-enterprise-rotation/redis',
    adminSecrets: [imported(stack, ADMIN_ARN)],
  });
  rotation.adoptUser({
    username: 'orders',
    endpoints: [{ host: 'redis-12000.redis.eu.example.com', port: 12_000 }],
    schedule: 'rate(30 days)',
    secretName: 'redis-enterprise/orders',
  });
});
const construct = evaluate({ Resources: constructed.resources }, {});
const rotation = evaluate(TEMPLATES.rotation, ROTATION_VALUES);
const user = evaluate(TEMPLATES.user, USER_VALUES, rotation);
const templates: Evaluated = {
  ...rotation,
  resources: { ...rotation.resources, ...user.resources },
};

/** Returns the properties of all resources of a type, as text without empty lists. */
function shown(template: Evaluated, type: string): string[] {
  return ofType(template as Template, type)
    .map(({ Properties }) => showValue(template as Template, Properties))
    .map((text) => text.replaceAll(/\w+=; |; \w+=(?=})/g, ''))
    .sort();
}

test.each([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Logs::LogGroup',
  'AWS::IAM::Role',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::Secret',
])('the templates have the same %s as the construct', (type) => {
  expect(shown(construct, type)).not.toEqual([]);
  expect(shown(templates, type)).toEqual(shown(construct, type));
});

test('the functions differ in their code, in defaults that are written out, and in the longest wait', () => {
  const functionsOf = (template: Evaluated) =>
    shown(template, 'AWS::Lambda::Function').map((text) =>
      text
        .replace(/Code={.*?}; /, '')
        .replace(`; PASSWORD_LENGTH=32; EXCLUDE_CHARACTERS=${DEFAULT_EXCLUDED}`, '')
        // The construct knows the timeout of the function. The template takes Lambda's longest.
        .replace(/(?<=MemorySize=128; .*)Timeout=\d+/, ''),
    );
  expect(functionsOf(templates).sort()).toEqual(functionsOf(construct).sort());
});

test("the templates allow the same as the construct, but by the policy of the user's secret", () => {
  const statementsOf = (template: Evaluated) =>
    policyStatements(template as Template).map((text) =>
      text
        .replace(/^AWS::IAM::ManagedPolicy: (.*) on <AWS::SecretsManager::Secret>$/, '$1')
        .replace(/^\S+ResourcePolicy: Allow {AWS=<AWS::IAM::Role>.Arn} (.*) on \*$/, 'Allow $1'),
    );
  const inPolicies = policyStatements(templates as Template);
  expect(inPolicies.filter((text) => text.includes('ResourcePolicy'))).toHaveLength(2);
  expect(statementsOf(templates).sort()).toEqual(statementsOf(construct).sort());
});
