import { CfnParameter, Fn, Token } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import {
  type ClusterProps,
  RedisEnterpriseRotation,
} from '../../infra/construct/redis-enterprise-rotation.ts';
import { ADMIN, API, imported, ORDERS } from './rotation-template.ts';
import { ofType, synthesise } from './template.ts';

type Props = (stack: Construct) => Partial<ClusterProps>;

/** Returns a parameter of a cluster that has these properties and a user. */
function parameterOf(name: string, props: Props): unknown {
  const template = synthesise((stack) => {
    const adminSecret = imported(stack, ADMIN);
    const eu = { apiEndpoints: [API], adminSecret, ...props(stack) };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters: { eu } });
    rotation.adoptUser(ORDERS);
  });
  const parameter = ofType(template, 'AWS::SSM::Parameter').find(({ Properties }) =>
    String(Properties.Name).endsWith(`/${name}`),
  );
  return parameter?.Properties.Value;
}

const text = (stack: Construct) => new CfnParameter(stack, 'Text').valueAsString;
const lookup = (stack: Construct) => StringParameter.valueFromLookup(stack, '/redis/api');
const list = (stack: Construct) => Fn.split(',', text(stack));
const REF = { Ref: 'Text' };
const LOOKUP = 'dummy-value-for-/redis/api';
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const LIST = { 'Fn::Join': [',', { 'Fn::Split': [',', REF] }] };

const LATE: [what: string, name: string, props: Props, value: unknown][] = [
  ['a token', 'api-endpoints', (s) => ({ apiEndpoints: [text(s)] }), REF],
  [
    'a host by token',
    'api-endpoints',
    (s) => ({ apiEndpoints: [`https://${text(s)}:9443`] }),
    join('https://', REF, ':9443'),
  ],
  ['a list token', 'api-endpoints', (s) => ({ apiEndpoints: list(s) }), LIST],
  ['a look-up', 'api-endpoints', (s) => ({ apiEndpoints: [lookup(s)] }), LOOKUP],
  [
    'a host by look-up',
    'api-endpoints',
    (s) => ({ apiEndpoints: [`https://${lookup(s)}:9443`] }),
    `https://${LOOKUP}:9443`,
  ],
  ['a token', 'ca-certificate', (s) => ({ caCertificate: text(s) }), REF],
  ['a look-up', 'ca-certificate', (s) => ({ caCertificate: lookup(s) }), LOOKUP],
  ['a token', 'server-name', (s) => ({ serverName: text(s) }), REF],
  ['a look-up', 'server-name', (s) => ({ serverName: lookup(s) }), LOOKUP],
  ['a token', 'database-hosts', (s) => ({ databaseHosts: [text(s)] }), REF],
  [
    'a suffix by token',
    'database-hosts',
    (s) => ({ databaseHosts: [`.${text(s)}`] }),
    join('.', REF),
  ],
  ['a list token', 'database-hosts', (s) => ({ databaseHosts: list(s) }), LIST],
  ['a look-up', 'database-hosts', (s) => ({ databaseHosts: [lookup(s)] }), LOOKUP],
];

test.each(LATE)('a cluster takes %s for %s', (_, name, props, value) => {
  expect(parameterOf(name, props)).toEqual(value);
});

test.each([
  'http://',
  'https://user:password@',
  'redis://',
])('a token does not hide the mistake %s in apiEndpoints', (start) => {
  const build = () => parameterOf('', (s) => ({ apiEndpoints: [`${start}${text(s)}`] }));
  expect(build).toThrow("apiEndpoints of cluster 'eu' must be https://host:port, got");
});

test('apiEndpoints take a list that only CloudFormation knows', () => {
  const value = parameterOf('api-endpoints', (stack) => {
    const { valueAsList } = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' });
    expect(Token.isUnresolved(valueAsList)).toBe(true);
    return { apiEndpoints: valueAsList };
  });
  expect(value).toEqual({ 'Fn::Join': [',', { Ref: 'List' }] });
});
