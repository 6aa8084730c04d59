import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseChange } from '../../infra/user-fields/request.ts';
import { parseClusters } from '../../lambda/cluster/parameters.ts';
import { groupByCluster } from '../../lambda/cluster/stored-parameters.ts';
import { parseEvent } from '../../lambda/event.ts';
import { findViolation } from '../../lambda/field-rules.ts';
import { VALUE_RULES } from '../../lambda/secret/value-rules.ts';
import { readSettings } from '../../lambda/settings.ts';
import { ofType, type Template } from '../infra/template.ts';
import { ADMIN_ARN, ROTATION_VALUES, TEMPLATES, USER_VALUES } from './all-templates.ts';
import { arbitraryValues } from './arbitrary-values.ts';
import { type Evaluated, evaluate, type TemplateBody, type Values } from './evaluate.ts';

const SEED = Number(process.env.SEED ?? 22);
const rotation = evaluate(TEMPLATES.rotation, ROTATION_VALUES);

/** Parses the parameters of a cluster as the function does. */
function parseCluster(template: Evaluated, values: Values) {
  const parameters = ofType(template as Template, 'AWS::SSM::Parameter').map(({ Properties }) => [
    String(Properties.Name).replace('/redis-enterprise-rotation/redis/', ''),
    String(Properties.Value),
  ]);
  const grouped = groupByCluster(new Map(parameters as [string, string][]));
  return parseClusters(grouped, [String(values.ClusterName)]);
}

test(`the function accepts settings and clusters within constraints: seed ${SEED}`, () => {
  fc.assert(
    fc.property(arbitraryValues(TEMPLATES.rotation), (values) => {
      const template = evaluate(TEMPLATES.rotation, values);
      fc.pre(template.broken.length === 0);
      const functions = ofType(template as Template, 'AWS::Lambda::Function');
      const [Variables = {}] = functions
        .map(({ Properties }) => Properties.Environment as { Variables: Record<string, string> })
        .map((environment) => environment.Variables)
        .filter((variables) => 'CLUSTERS_PATH' in variables);
      expect(readSettings(Variables).passwordLength).toBe(Number(values.PasswordLength));
      expect(parseCluster(template, values)).toHaveLength(1);
    }),
    { seed: SEED },
  );
});

test(`the function accepts further clusters within constraints: seed ${SEED}`, () => {
  fc.assert(
    fc.property(arbitraryValues(TEMPLATES.cluster), (given) => {
      const values = { ...given, RotationStack: 'redis' };
      const template = evaluate(TEMPLATES.cluster, values, rotation);
      fc.pre(template.broken.length === 0);
      expect(parseCluster(template, values)).toHaveLength(1);
    }),
    { seed: SEED },
  );
});

test(`the function accepts users within constraints: seed ${SEED}`, () => {
  fc.assert(
    fc.property(arbitraryValues(TEMPLATES.user), (given) => {
      const values: Values = { ...given, RotationStack: 'redis' };
      const template = evaluate(TEMPLATES.user, values, rotation);
      const [fields] = ofType(template as Template, 'Custom::RedisEnterpriseUserFields');
      const SecretId = ADMIN_ARN;
      const ResourceProperties = { ...fields?.Properties, SecretId };
      const change = parseChange({ RequestType: 'Create', ResourceProperties });
      const event = { Step: 'updateFields', SecretId, Fields: change?.fields, Remove: [] };
      expect(parseEvent(event)).toMatchObject({ Fields: { ssl: values.Tls === 'true' } });
      const value = { username: values.Username, ...change?.fields };
      expect(findViolation(value, VALUE_RULES)).toBeUndefined();
    }),
    { seed: SEED },
  );
});

const INVALID: [template: TemplateBody, name: string, value: string][] = [
  [TEMPLATES.rotation, 'ApiEndpoints', 'http://redis.eu.example.com:9443'],
  [TEMPLATES.rotation, 'ApiEndpoints', 'https://admin:password@redis.eu.example.com:9443'],
  [TEMPLATES.rotation, 'ApiEndpoints', 'https://redis.eu.example.com:9443,'],
  [TEMPLATES.rotation, 'ApiEndpoints', 'https://redis.eu.example.com:99999'],
  [TEMPLATES.rotation, 'AdminSecretArn', 'redis-enterprise/admin'],
  [TEMPLATES.rotation, 'EncryptionKeyArns', 'alias/redis'],
  [TEMPLATES.rotation, 'ExcludeCharacters', 'abc'],
  [TEMPLATES.rotation, 'CodePrefix', 'redis'],
  [TEMPLATES.rotation, 'ClusterName', 'eu/west'],
  [TEMPLATES.rotation, 'CaCertificate', 'ca.pem'],
  [TEMPLATES.user, 'Username', 'default'],
  [TEMPLATES.user, 'Username', 'two words'],
  [TEMPLATES.user, 'Host', 'redis-12000.redis.eu.example.com:12000'],
  [TEMPLATES.user, 'OtherEndpoints', Array(16).fill('redis.example.com:12000').join(',')],
  [TEMPLATES.user, 'Window', '25h'],
  [TEMPLATES.user, 'ExtraFields', 'db=0'],
];

test.each(INVALID)('the constraints reject an invalid value (%#)', (template, name, value) => {
  const { AllowedPattern = '' } = template.Parameters?.[name] ?? {};
  expect(AllowedPattern).not.toBe('');
  expect(new RegExp(AllowedPattern).test(value)).toBe(false);
});

test('the constraints accept the ca.pem that docs/deploy.md writes, with lines of openssl', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const text = `# redis.eu.example.com:9443\nsubject=CN=redis.eu.example.com\n${pem}`;
  for (const { Parameters } of [TEMPLATES.rotation, TEMPLATES.cluster]) {
    expect(text).toMatch(new RegExp(Parameters?.CaCertificate?.AllowedPattern ?? 'none'));
  }
});

test.each([
  [{ AdminSecretArn: '' }, 'Set AdminSecretArn or ClientCertificateSecretArn.'],
  [{ SubnetIds: 'subnet-0a1b2c3d' }, 'Set both SubnetIds and SecurityGroupIds, or neither.'],
  [{ SecurityGroupIds: 'sg-0a1b2c3d' }, 'Set both SubnetIds and SecurityGroupIds, or neither.'],
])('a rule rejects %j', (values, description) => {
  const { broken } = evaluate(TEMPLATES.rotation, { ...ROTATION_VALUES, ...values });
  expect(broken).toEqual([description]);
  expect(rotation.broken).toEqual([]);
  expect(evaluate(TEMPLATES.user, USER_VALUES, rotation).broken).toEqual([]);
});
