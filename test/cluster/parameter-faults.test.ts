import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { findBrokenBlock, parseCertificates } from '../../lambda/network/pem.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { CLUSTER_NAME, CLUSTERS_PATH } from '../sandbox/names.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, reconcile } from '../support/scenario.ts';

const BROKEN = '-----BEGIN CERTIFICATE-----\nMIIBroken\n-----END CERTIFICATE-----\n';

test('a bundle that is joined without a line break is trusted', async () => {
  await using world = await openScenario();
  const other = await makeCertificate(CLUSTER_NAME);
  const bundle = `${other.cert.trimEnd()}${world.certificate.cert.trimEnd()}`;
  expect(parseCertificates(bundle)).toHaveLength(2);
  await putParameters(world, { 'ca-certificate': bundle });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('a broken block of a bundle is named by its number', async () => {
  await using world = await openScenario();
  const { cert } = world.certificate;
  expect(findBrokenBlock(`${cert}${BROKEN}${cert}`)).toContain('block 2 of 3');
  expect(findBrokenBlock(`-----BEGIN CERTIFICATE-----\n${cert}`)).toContain('block 1 of 2');
  expect(findBrokenBlock(`-${cert.slice(2)}${cert}`)).toContain('1 BEGIN and 2 END');
  await putParameters(world, { 'ca-certificate': `${BROKEN}${cert}` });
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'cluster_parameter_invalid',
    message: expect.stringContaining('block 1 of 2'),
  });
});

const SHAPES: [parameter: string, value: string, shape: string][] = [
  ['api-endpoints', 'https://a.test.:9443', 'item 1 is a URL whose host ends with a dot'],
  ['api-endpoints', 'https://a.test,http://b.test', 'item 2 is a URL that starts with http://'],
  ['api-endpoints', 'https://a.test:9443/v1', 'item 1 is a URL with a path'],
  ['api-endpoints', 'https://a.test https://b.test', 'item 1 is a string that contains a space'],
  ['api-endpoints', 'a.test:9443', 'item 1 is a host with a port, allowed is a list of https://'],
  ['database-hosts', 'a.test:12000', 'item 1 is a host with a port'],
  ['server-name', 'a.test:9443', 'a host with a port'],
];

test.each(SHAPES)('the error for %s describes the shape of %s', async (parameter, value, shape) => {
  await using world = await openScenario();
  await putParameters(world, { [parameter]: value });
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'cluster_parameter_invalid',
    message: expect.stringContaining(shape),
  });
});

test('a SecureString is named, and the type that is allowed', async () => {
  await using world = await openScenario();
  const Name = `${CLUSTERS_PATH}/sandbox/server-name`;
  const put = { Name, Value: CLUSTER_NAME, Type: 'SecureString', Overwrite: true } as const;
  await world.parameters.send(new PutParameterCommand(put));
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'cluster_parameter_invalid',
    message: expect.stringContaining('sandbox/server-name is a SecureString'),
  });
});
