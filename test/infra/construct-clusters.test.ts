import { Token } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { ADMIN, API, BILLING, CLIENT, imported, withRotation } from './rotation-template.ts';
import { ofType, synthesise } from './template.ts';

const { cert: PEM } = await makeCertificate('redis.eu.example.com');

test('the parameters of a cluster are in a tier that can hold a certificate bundle', () => {
  const template = withRotation((stack) => ({
    clusters: {
      eu: {
        apiEndpoints: [API, 'https://10.0.0.2:9443'],
        caCertificate: PEM,
        serverName: 'redis.eu.example.com',
        databaseHosts: ['.redis.eu.example.com'],
        adminSecret: imported(stack, ADMIN),
        clientCertificateSecret: imported(stack, CLIENT),
      },
    },
  }));
  const parameters = ofType(template, 'AWS::SSM::Parameter').map(({ Properties }) => Properties);
  expect(
    parameters.map(({ Name, Type, Value, Tier }) => [
      String(Name).split('/').at(-1),
      Type,
      Value,
      Tier,
    ]),
  ).toEqual([
    ['api-endpoints', 'StringList', `${API},https://10.0.0.2:9443`, 'Intelligent-Tiering'],
    ['ca-certificate', 'String', PEM, 'Intelligent-Tiering'],
    ['server-name', 'String', 'redis.eu.example.com', 'Intelligent-Tiering'],
    ['admin-secret-arn', 'String', ADMIN, 'Intelligent-Tiering'],
    ['client-certificate-secret-arn', 'String', CLIENT, 'Intelligent-Tiering'],
    ['database-hosts', 'StringList', '.redis.eu.example.com', 'Intelligent-Tiering'],
    ['clusters', 'StringList', 'eu', 'Intelligent-Tiering'],
  ]);
});

test('the list of clusters names every cluster and depends on their parameters', () => {
  const { resources } = synthesise((stack) => {
    const cluster = { apiEndpoints: [API] };
    const props = { clusters: { eu: cluster, clusters: cluster } };
    new RedisEnterpriseRotation(stack, 'Rotation', props);
  });
  const parameters = Object.entries(resources).filter(([, { Type }]) => /SSM/.test(Type));
  const names = parameters.map(([, { Properties }]) => String(Properties.Name));
  expect(names.map((name) => name.split('/').slice(3).join('/'))).toEqual([
    'eu/api-endpoints',
    'clusters/api-endpoints',
    'clusters',
  ]);
  const [, list] = parameters.at(-1) ?? [];
  expect(list?.Properties.Value).toBe('eu,clusters');
  const before = parameters.slice(0, -1).map(([id]) => id);
  expect(list?.DependsOn?.toSorted()).toEqual(before.toSorted());
});

const PARTIAL = BILLING.replace('-d4e5f6', '');

type Props = Partial<RedisEnterpriseRotationProps>;

const cluster = (props: object): Props => ({ clusters: { eu: { apiEndpoints: [API], ...props } } });

const MISTAKES: [error: string, props: Props | ((stack: Construct) => Props)][] = [
  ['set either clusters (at least one) or clustersPath', { ...cluster({}), clustersPath: '/x' }],
  ['set either clusters (at least one) or clustersPath', { clusters: {} }],
  ['clustersPath must be a path such as', { clustersPath: 'redis/' }],
  [
    "user 'orders' has no administrator: no adminSecrets, and no clientCertificateSecrets with",
    { clustersPath: '/redis/clusters' },
  ],
  ["cluster 'eu' of user 'orders' has no adminSecret, and no clientCertificateSecret", cluster({})],
  [
    '; hint: of an address, only the host may be a token',
    cluster({ apiEndpoints: [`https://x:${Token.asString({ Ref: 'Port' })}`] }),
  ],
  ['must be https://host:port, got http://x', cluster({ apiEndpoints: ['http://x'] })],
  ['https://host:port, got ***@x', cluster({ apiEndpoints: ['https://u:p@x'] })],
  ['https://host:port, got ***@x', cluster({ apiEndpoints: ['u:p@x'] })],
  ['https://host:port, got https://x:99999', cluster({ apiEndpoints: ['https://x:99999'] })],
  ["serverName of cluster 'eu' must be a host name", cluster({ serverName: 'https://x' })],
  ["serverName of cluster 'eu' must be a host name", cluster({ serverName: '10.0.0.1' })],
  ["databaseHosts of cluster 'eu' must be host names", cluster({ databaseHosts: [''] })],
  ['must be https://host:port, got none', cluster({ apiEndpoints: [] })],
  ["databaseHosts of cluster 'eu' must be host names", cluster({ databaseHosts: [] })],
  ["caCertificate of cluster 'eu' must be PEM", cluster({ caCertificate: '' })],
  ['got a private key', cluster({ caCertificate: `${PEM}-----BEGIN PRIVATE KEY-----` })],
  ['got the line NO CERTIFICATE', cluster({ caCertificate: `${PEM}\nNO CERTIFICATE\n` })],
  ['at most 8192 bytes', cluster({ caCertificate: PEM + ' '.repeat(8_192) })],
  [
    'must be known by its complete ARN',
    (s) => cluster({ adminSecret: Secret.fromSecretPartialArn(s, 'Admin', PARTIAL) }),
  ],
  [
    'must be known by its complete ARN',
    (s) => {
      const adminSecrets = [Secret.fromSecretNameV2(s, 'Admin', 'admin')];
      return { clustersPath: '/redis/clusters', adminSecrets };
    },
  ],
  [
    "cluster name must have 1 to 128 letters, digits, '.', '_' and '-', got 'e u'",
    { clusters: { 'e u': { apiEndpoints: [API] } } },
  ],
];

test.each(MISTAKES)('the construct rejects clusters with: %s', (error, props) => {
  const propsIn = (stack: Construct) => (typeof props === 'function' ? props(stack) : props);
  expect(() => withRotation(propsIn)).toThrow(error);
});
