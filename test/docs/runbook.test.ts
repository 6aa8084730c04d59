import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../lambda/errors.ts';
import { alarmsOf } from '../infra/alarm-evaluation.ts';
import { withRotation } from '../infra/rotation-template.ts';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');
const ARTICLES = RUNBOOK.split(/^### /m).slice(1);
const titleOf = (article: string) => article.split('\n')[0] ?? '';
const ALARMS = alarmsOf(withRotation());

test('the runbook has an article for every alarm and every error code, and no other', () => {
  const wanted = [...ALARMS.map(({ name }) => name), ...ERROR_CODES];
  expect(ARTICLES.map(titleOf).sort()).toEqual(wanted.sort());
});

test.each(ARTICLES)('an article tells meaning, check and fix: %s', (article) => {
  expect(article).toMatch(/^\w+\n\n\*\*Meaning\.\*\* .{20}/);
  expect(article).toMatch(/^\*\*Check\.\*\* .{8}/m);
  expect(article).toMatch(/^\*\*Fix\.\*\* .{8}/m);
});

test('the link of an alarm leads to its article', () => {
  for (const { description } of ALARMS) {
    const anchor = description.split('#')[1];
    expect(ARTICLES.map((article) => titleOf(article).toLowerCase())).toContain(anchor);
  }
});
