import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

// What GitHub requires of a form. It shows no error for an invalid form: it leaves the form out.
// https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
const text = z.string().min(1);
const id = z.string().regex(/^[\w-]+$/);
const validations = z.strictObject({ required: z.boolean() }).optional();
const label = { label: text, description: text.optional() };

const field = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: text }) }),
  z.strictObject({
    type: z.literal('input'),
    id,
    attributes: z.strictObject({ ...label, placeholder: text.optional() }),
    validations,
  }),
  z.strictObject({
    type: z.literal('textarea'),
    id,
    attributes: z.strictObject({ ...label, render: text.optional() }),
    validations,
  }),
  z.strictObject({
    type: z.literal('dropdown'),
    id,
    attributes: z.strictObject({ ...label, options: z.array(text).min(1) }),
    validations,
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    id,
    attributes: z.strictObject({
      ...label,
      options: z.array(z.strictObject({ label: text, required: z.boolean().optional() })).min(1),
    }),
  }),
]);

const form = z.strictObject({
  name: text,
  description: text,
  labels: z.array(text).optional(),
  body: z.array(field).min(1),
});

const config = z.strictObject({
  blank_issues_enabled: z.boolean(),
  contact_links: z.array(z.strictObject({ name: text, url: z.url(), about: text })),
});

const FOLDER = '.github/ISSUE_TEMPLATE';
const FORMS = readdirSync(FOLDER).filter((name) => name !== 'config.yml');
const read = (name: string): unknown => parse(readFileSync(join(FOLDER, name), 'utf8'));

test.each(FORMS)('%s is a valid issue form, with an id for each field', (name) => {
  const { body } = form.parse(read(name));
  const ids = body.flatMap((one) => ('id' in one ? one.id : []));
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a vulnerability has a link to the private report, and no blank issue is possible', () => {
  const { blank_issues_enabled, contact_links } = config.parse(read('config.yml'));
  expect(blank_issues_enabled).toBe(false);
  expect(contact_links.map(({ url }) => url)).toEqual([
    expect.stringContaining('/privately-reporting-a-security-vulnerability'),
  ]);
  const security = readFileSync('SECURITY.md', 'utf8').replace(/\s+/g, ' ');
  expect(contact_links[0]?.about).toContain('open Security, then "Report a vulnerability"');
  expect(security).toContain('open Security, then "Report a vulnerability"');
});
