import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow } from './files.ts';

// The floors of the function, from top to bottom. A folder imports only floors below it. The same
// order is in ARCHITECTURE.md.
const FLOORS = [
  ['index', 'handler', 'rotation'],
  ['operations', 'preflight'],
  ['context'],
  ['verification'],
  ['cluster'],
  ['secret', 'redis-enterprise'],
  ['password', 'network', 'aws', 'telemetry'],
  ['event', 'settings', 'errors', 'json', 'rules', 'clock', 'deadline', 'names'],
];

// The modules that infra/ shares with the function: they start nothing and open no connection.
const PURE = [
  ...['cluster/parameters', 'event', 'names', 'network/endpoint', 'network/trust'],
  ...['rules', 'secret/value', 'settings'],
];

/** Returns the files of the project that a file imports, statically or dynamically. */
function importsOf(path: string): string[] {
  const found = readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g);
  return [...found].map(([, target = '']) => normalize(join(dirname(path), target)));
}

/** Returns the first folder below lambda/, or the name of a file at its root. */
const roomOf = (path: string) => path.split('/')[1]?.replace('.ts', '') ?? '';
const floorOf = (path: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(path)));

const LAMBDA = filesBelow('lambda');

test.each(LAMBDA)('%s is in a room that has a floor', (path) => {
  expect(floorOf(path)).toBeGreaterThanOrEqual(0);
});

test.each(LAMBDA)('%s imports only its own room and the floors below', (path) => {
  for (const target of importsOf(path)) {
    expect(target, 'the function imports nothing of other folders').toMatch(/^lambda\//);
    const isSameRoom = roomOf(target) === roomOf(path);
    // The files of the lowest floor import each other; the linter finds circles.
    const isBase = floorOf(path) === FLOORS.length - 1 || floorOf(path) === 0;
    const lowest = isSameRoom || isBase ? floorOf(path) : floorOf(path) + 1;
    expect(floorOf(target), target).toBeGreaterThanOrEqual(lowest);
  }
});

test('ARCHITECTURE.md lists the folders of the function in the order of the floors', () => {
  const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `lambda\/([\w-]+)\/`/gm);
  const listed = [...rows].map(([, room = '']) => room);
  const folders = FLOORS.flat().filter((room) => LAMBDA.some((path) => path.includes(`/${room}/`)));
  expect(listed).toEqual(folders);
});

test.each(filesBelow('infra'))('%s imports only pure modules of the function', (path) => {
  const ofFunction = importsOf(path).filter((target) => target.startsWith('lambda/'));
  const allowed = PURE.map((name) => `lambda/${name}.ts`);
  expect(ofFunction.filter((target) => !allowed.includes(target))).toEqual([]);
});

test.each(PURE)('lambda/%s.ts is pure', (name) => {
  const text = readFileSync(`lambda/${name}.ts`, 'utf8').replace(/^import type .*$/gm, '');
  expect(text).not.toMatch(/\basync\b|process\.|Date\.now|@aws-sdk|undici/);
});

test.each([
  ...filesBelow('infra'),
  ...filesBelow('cli'),
])('%s imports no test statically', (path) => {
  const statically = readFileSync(path, 'utf8').matchAll(/from '([^']+)'/g);
  expect([...statically].filter(([, target]) => target?.includes('/test/'))).toEqual([]);
});

test('only the entry and the handler use the process', () => {
  const using = LAMBDA.filter((path) => /process\.|console\./.test(readFileSync(path, 'utf8')));
  expect(using).toEqual(['lambda/handler.ts', 'lambda/index.ts']);
});
