import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../lambda/errors.ts';
import { alarmsOf } from '../infra/alarm-evaluation.ts';
import { withRotation } from '../infra/rotation-template.ts';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');
const ARTICLES = RUNBOOK.split(/^### /m).slice(1);
const titleOf = (article: string) => article.split('\n')[0] ?? '';
const ALARMS = alarmsOf(withRotation());

test('the runbook has one article for each alarm and each error code', () => {
  const wanted = [...ALARMS.map(({ name }) => name), ...ERROR_CODES];
  expect(ARTICLES.map(titleOf).sort()).toEqual(wanted.sort());
});

const TITLED = ARTICLES.map((article) => [titleOf(article), article] as const);

test.each(TITLED)('the article %s has meaning, check and fix', (_title, article) => {
  expect(article).toMatch(/^\w+\n\n\*\*Meaning\.\*\* .{20}/);
  expect(article).toMatch(/^\*\*Check\.\*\* .{8}/m);
  expect(article).toMatch(/^\*\*Fix\.\*\* .{8}/m);
});

test('the description of each alarm links to its article', () => {
  for (const { description } of ALARMS) {
    const anchor = description.split('#')[1];
    expect(ARTICLES.map((article) => titleOf(article).toLowerCase())).toContain(anchor);
  }
});
