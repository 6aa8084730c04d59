import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourcesOf } from '../docs/documents.ts';

const SOURCES = [...sourcesOf('infra/construct/redis-enterprise-rotation.ts')];
const userFields = (name: string) => `infra/user-fields/${name}.ts`;

test('the construct imports only pure code of the function, and no app or build', () => {
  const folders = /^(infra\/(construct|monitoring)|lambda)\//;
  const shared = ['infra/lambda-folder.ts', ...['limits', 'names'].map(userFields)];
  const others = SOURCES.filter((path) => !folders.test(path));
  expect(others.filter((path) => !shared.includes(path))).toEqual([]);
  const acting = /from '(?!\.)(?!node:(crypto|net|util)')|\basync\b|\bprocess\.|\bDate\.now/;
  const ofFunction = SOURCES.filter((path) => path.startsWith('lambda/'));
  expect(ofFunction.filter((path) => acting.test(readFileSync(path, 'utf8')))).toEqual([]);
});
