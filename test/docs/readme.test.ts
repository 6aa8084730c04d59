import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as names from '../../lambda/names.ts';
import { METRIC_NAMES } from '../../lambda/telemetry/metrics.ts';
import { SAMPLE_IMPORTS } from '../infra/package-app.ts';
import { sampleRotation } from '../infra/sample-app.ts';

const README = readFileSync('README.md', 'utf8');
const OPERATE = readFileSync('docs/operate.md', 'utf8');
const REFERENCE = readFileSync('docs/reference.md', 'utf8');

test('docs/operate.md names every metric', () => {
  for (const name of METRIC_NAMES) expect(OPERATE).toContain(`\`${name}\``);
});

test('the docs name every setting, the tag and the metric namespace', () => {
  for (const name of Object.values(names)) expect(REFERENCE + OPERATE).toContain(name);
});

test('README shows the code of the app that the package test synthesises', () => {
  const [, snippet] = /```ts\n(.*?)```/s.exec(README) ?? [];
  const code = sampleRotation('this').replace(/^ {2}/gm, '');
  expect(snippet).toBe(`${SAMPLE_IMPORTS.trimStart()}${code}`);
});

test('every promise in README is the name of a test', () => {
  const rows = [...README.matchAll(/^- \[(.+)\]\((test\/.+)\)$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, name = '', path = ''] of rows) {
    // A table test appends the values of its row to the name.
    const title = new RegExp(`(['"])${RegExp.escape(name)}(: [^'"]+)?\\1,`);
    expect(readFileSync(path, 'utf8')).toMatch(title);
  }
});

test('every test that SECURITY.md links to exists', () => {
  const links = [...readFileSync('SECURITY.md', 'utf8').matchAll(/\[([^\]]+)\]\((test\/[^)]+)\)/g)];
  expect(links.length).toBeGreaterThan(6);
  for (const [, name = '', path = ''] of links) expect(readFileSync(path, 'utf8')).toContain(name);
});
