import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, DOCUMENTS } from './documents.ts';

test.each(DOCUMENTS)('every link in $path has a target', ({ path, text }) => {
  for (const [, link = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    expect(existsSync(target), link).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor);
  }
});

test.each(DOCUMENTS)('every file that $path names exists', ({ text }) => {
  for (const [, file = ''] of text.matchAll(/`((?:cli|docs|infra|lambda|test|\.ci)\/[\w./-]*)`/g)) {
    expect(existsSync(file), file).toBe(true);
  }
});
