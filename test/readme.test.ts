import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { costTable } from '../infra/cost.ts';
import * as environment from '../lambda/environment.ts';
import { METRIC_NAMES } from '../lambda/metrics.ts';

const README = readFileSync('README.md', 'utf8');

test("README's costs are those that npm run cost computes", () => {
  expect(README).toContain(costTable().join('\n'));
});

test('README names every metric', () => {
  for (const name of METRIC_NAMES) expect(README).toContain(`\`${name}\``);
});

test('README names every setting, and the tag', () => {
  for (const name of Object.values(environment)) expect(README).toContain(name);
});
