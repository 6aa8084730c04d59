import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HELD, movesOf } from '../infra/update.ts';

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

test('what is pinned moves to the latest version, and what is there already stays', () => {
  const published = {
    undici: { latest: '8.13.1', versions: ['8.12.4', '8.13.1', '9.0.0'] },
    zod: { latest: '4.6.7', versions: ['4.6.7'] },
  };
  expect(movesOf({ undici: '8.12.4', zod: '4.6.7' }, published)).toEqual({ undici: '8.13.1' });
});

test('versions are compared as numbers, and nothing moves back', () => {
  const published = {
    undici: { latest: '8.9.0', versions: [] },
    zod: { latest: '4.10.0', versions: [] },
  };
  expect(movesOf({ undici: '8.10.0', zod: '4.9.9' }, published)).toEqual({ zod: '4.10.0' });
});

test('a version that is not final is left alone', () => {
  const published = {
    undici: { latest: '9.0.0-rc.1', versions: [] },
    node: { latest: '26.0.0', versions: ['24.30.0-rc.1', '24.22.0', '24.9.0'] },
  };
  expect(movesOf({ undici: '8.12.4', node: '24.21.0' }, published)).toEqual({ node: '24.22.0' });
});

test('what is held for a reason moves only as far as that allows', () => {
  const published = {
    'aws-cdk': { latest: '3.0.0', versions: ['2.1148.1', '2.1149.0', '3.0.0'] },
    '@biomejs/biome': { latest: '2.6.8', versions: ['2.5.0', '2.5.01', '2.6.8'] },
  };
  const pinned = { 'aws-cdk': '2.1148.1', '@biomejs/biome': '2.5.0' };
  expect(movesOf(pinned, published)).toEqual({ 'aws-cdk': '2.1149.0' });
});

test('a package that the registry does not know stays', () => {
  expect(movesOf({ undici: '8.12.4' }, {})).toEqual({});
});

test.each(Object.entries(HELD))('%s is pinned within what holds it', (name, { within }) => {
  expect(devDependencies[name].startsWith(within)).toBe(true);
});

test.each(Object.entries(devDependencies))('%s is pinned to an exact version', (_name, version) => {
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
