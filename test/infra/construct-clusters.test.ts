import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { ADMIN, API, CLIENT, imported, withRotation } from './rotation-template.ts';
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
