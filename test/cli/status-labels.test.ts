import { expect, test } from 'vitest';
import { openWorld } from '../sandbox/world.ts';
import { runCli } from './run-cli.ts';
import { statusesIn } from './statuses.ts';
import { addSecrets, TWELVE } from './twelve-secrets.ts';

test('status asks for the deletion of expired passwords before a change of the schedule', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const [nearly, full] = [TWELVE['labels-nearly-full'], TWELVE['labels-full']];
  const [expired] = TWELVE['not-deleted']?.versions.slice(1) ?? [];
  if (!nearly || !full || !expired) throw new Error('no state');
  const withExpired = (versions: typeof full.versions) => ({ versions: [expired, ...versions] });
  addSecrets(world, {
    nearly: withExpired(
      nearly.versions.map(({ labels, age }) => ({ labels: labels.slice(-10), age })),
    ),
    full: withExpired(full.versions.slice(0, 1).concat(full.versions.slice(2))),
  });
  const { out } = await runCli(world, 'status', '--json');
  const labels = statusesIn(out).flatMap(({ problems }) =>
    problems.filter(({ code }) => code.startsWith('labels-')),
  );
  expect(labels.map(({ code }) => code).sort()).toEqual(['labels-full', 'labels-nearly-full']);
  for (const { hint } of labels) expect(hint).toMatch(/^fix the deletion of the expired passwords/);
});

test('status counts AWSPENDING among the labels of the next rotation', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const [current, leftovers] = TWELVE['labels-nearly-full']?.versions ?? [];
  if (!current || !leftovers) throw new Error('no state');
  const one = { labels: ['another'], age: 0 };
  addSecrets(world, { sixteen: { versions: [current, leftovers, one] } });
  const [sixteen] = statusesIn((await runCli(world, 'status', '--json')).out);
  expect(sixteen?.problems.map(({ code }) => code)).toEqual(['labels-full']);
});
