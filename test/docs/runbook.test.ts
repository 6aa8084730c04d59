import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../lambda/errors.ts';
import { alarmsOf } from '../infra/alarm-evaluation.ts';
import { withRotation } from '../infra/rotation-template.ts';
import { joinLines, SHELL_BLOCKS } from './documents.ts';

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

// Does what the AWS CLI does with the value of a secret.
const AWS = `aws() {
  case "$2" in get-secret-value) echo '{"username":"orders","password":"old"}' ;; *) cat ;; esac
}`;

test.runIf(spawnSync('jq', ['--version']).status === 0).each([
  ['', undefined],
  ['valid-1', { username: 'orders', password: 'valid-1' }],
])('the command that sets a valid password writes no empty one: %j', (typed, written) => {
  const block = SHELL_BLOCKS.find(
    ({ path, text }) => path === 'docs/runbook.md' && text.includes('read -rs PASSWORD'),
  );
  const script = `${AWS}\n${joinLines(block?.text ?? 'exit 1')}`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], {
    input: `${typed}\n`,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout === '' ? undefined : JSON.parse(stdout)).toEqual(written);
});

test('the description of each alarm links to its article', () => {
  for (const { description } of ALARMS) {
    const anchor = description.split('#')[1];
    expect(ARTICLES.map((article) => titleOf(article).toLowerCase())).toContain(anchor);
  }
});
