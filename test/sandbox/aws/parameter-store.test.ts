import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { clientError, open } from './secret-client.ts';

test('a page has at most 10 parameters', async () => {
  await using world = await open();
  for (let index = 0; index < 23; index += 1) {
    const input = { Name: `/many/${index}/x`, Value: String(index), Type: 'String' } as const;
    await world.parameters.send(new PutParameterCommand(input));
  }
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const input = { Path: '/many', Recursive: true, NextToken };
    const page = await world.parameters.send(new GetParametersByPathCommand(input));
    sizes.push(page.Parameters?.length ?? 0);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(sizes).toEqual([10, 10, 3]);
});

type Opened = Awaited<ReturnType<typeof open>>;

const putText = ({ parameters }: Opened, Name: string, Value: string, more: object = {}) =>
  parameters.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

const get = ({ parameters }: Opened, Name: string, more: object = {}) =>
  parameters.send(new GetParameterCommand({ Name, ...more }));

test('a parameter is read by its name, its version and its ARN', async () => {
  await using world = await open();
  await putText(world, '/one/a', '1');
  await putText(world, '/one/a', '2', { Overwrite: true });
  const { Parameter } = await get(world, '/one/a');
  const ARN = 'arn:aws:ssm:us-east-1:123456789012:parameter/one/a';
  expect(Parameter).toMatchObject({ Name: '/one/a', Value: '2', Version: 2, Type: 'String', ARN });
  expect(Parameter?.LastModifiedDate).toEqual(new Date(world.time.now()));
  expect((await get(world, ARN)).Parameter).toEqual(Parameter);
  expect((await get(world, '/one/a:2')).Parameter).toEqual({ ...Parameter, Selector: ':2' });
  await expect(get(world, '/one/a:3')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
});

test('the value of a SecureString is readable only with decryption', async () => {
  await using world = await open();
  await putText(world, '/one/secure', 'readable', { Type: 'SecureString' });
  expect((await get(world, '/one/secure')).Parameter?.Value).not.toBe('readable');
  const decrypted = await get(world, '/one/secure', { WithDecryption: true });
  expect(decrypted.Parameter?.Value).toBe('readable');
});

test('parameters are returned in alphabetical order, and absent ones are named', async () => {
  await using world = await open();
  for (const name of ['b', 'a']) await putText(world, `/some/${name}`, name);
  const Names = ['/some/c', '/some/b', '/some/a', '/some/a:7'];
  const reply = await world.parameters.send(new GetParametersCommand({ Names }));
  expect(reply.Parameters?.map(({ Value }) => Value)).toEqual(['a', 'b']);
  expect(reply.InvalidParameters).toEqual(['/some/c', '/some/a:7']);
  const many = { Names: Array.from({ length: 11 }, (_, index) => `/some/${index}`) };
  await expect(world.parameters.send(new GetParametersCommand(many))).rejects.toMatchObject(
    clientError('ValidationException', 'names'),
  );
});

test('a deleted parameter is absent, and cannot be deleted again', async () => {
  await using world = await open();
  await putText(world, '/one/a', '1');
  const remove = () => world.parameters.send(new DeleteParameterCommand({ Name: '/one/a' }));
  await remove();
  await expect(get(world, '/one/a')).rejects.toMatchObject(clientError('ParameterNotFound', ''));
  await expect(remove()).rejects.toMatchObject(clientError('ParameterNotFound', ''));
});
