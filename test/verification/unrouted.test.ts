import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario, reconcile } from '../support/scenario.ts';
import { fakeDns, NAME, NEXT, putHost } from './fake-dns.ts';

fakeDns();

// A multicast address: Linux has no route to it for TCP.
const UNROUTED = '224.0.0.1';
const isUnrouted = await new Promise<boolean>((resolveRoute) => {
  const socket = connect({ host: UNROUTED, port: 1, timeout: 500 });
  const end = (code?: string) => {
    socket.destroy();
    resolveRoute(/UNREACH|NOTAVAIL/.test(code ?? ''));
  };
  socket.once('error', (error: NodeJS.ErrnoException) => end(error.code));
  socket.once('timeout', () => end());
});

test.skipIf(!isUnrouted)('an address without a route is skipped and logged', async () => {
  await using world = await openScenario();
  await putHost(world, NAME, world.database.port);
  NEXT.push(...Array.from({ length: 50 }, () => [UNROUTED, '127.0.0.1']));
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.lines.join('')).toContain('address without a route skipped');
});

test.skipIf(!isUnrouted)('addresses without a route fail if no other address answers', async () => {
  await using world = await openScenario();
  await putHost(world, NAME, world.database.port);
  NEXT.push(...Array.from({ length: 50 }, () => [UNROUTED]));
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining(UNROUTED),
  });
});
