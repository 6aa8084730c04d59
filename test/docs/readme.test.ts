import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as environment from '../../lambda/names.ts';
import { METRIC_NAMES } from '../../lambda/telemetry/metrics.ts';
import { sampleRotation } from '../infra/sample-app.ts';

const README = readFileSync('README.md', 'utf8');
const OPERATE = readFileSync('docs/operate.md', 'utf8');
const REFERENCE = readFileSync('docs/reference.md', 'utf8');

test('docs/operate.md names every metric', () => {
  for (const name of METRIC_NAMES) expect(OPERATE).toContain(`\`${name}\``);
});

test('the docs name every setting, the tag and the namespace', () => {
  for (const name of Object.values(environment)) expect(REFERENCE + OPERATE).toContain(name);
});

test("README's snippet is the app that installs the package and synthesises", () => {
  const [, snippet] = /```ts\n(.*?)```/s.exec(README) ?? [];
  expect(snippet).toBe(sampleRotation('this').replace(/^\n/, '').replace(/^ {2}/gm, ''));
});

test("each of README's promises is the name of a test", () => {
  const rows = [...README.matchAll(/^\| .+ \| \[(.+)\]\((test\/.+)\) \|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, name = '', path = ''] of rows) {
    // A title, which may go on with the values of its row.
    const title = new RegExp(`(['"])${RegExp.escape(name)}(: [^'"]+)?\\1,`);
    expect(readFileSync(path, 'utf8')).toMatch(title);
  }
});

test('each test that SECURITY.md links to is there', () => {
  const links = [...readFileSync('SECURITY.md', 'utf8').matchAll(/\[([^\]]+)\]\((test\/[^)]+)\)/g)];
  expect(links.length).toBeGreaterThan(6);
  for (const [, name = '', path = ''] of links) expect(readFileSync(path, 'utf8')).toContain(name);
});
