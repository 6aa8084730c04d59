import { GetParametersByPathCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { open } from './secret-client.ts';

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
