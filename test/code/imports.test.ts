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
  ['event', 'settings', 'errors', 'json', 'field-rules', 'clock', 'deadline', 'names'],
];

// The modules that infra/ shares with the function: they start nothing and open no connection.
const PURE = [
  ...['cluster/parameters', 'cluster/stored-parameters', 'event', 'names'],
  ...['network/endpoint', 'network/pem', 'network/trust'],
  ...[
    'field-rules',
    'json',
    'secret/cron-field',
    'secret/ledger',
    'secret/schedule-interval',
    'secret/user',
  ],
  ...['secret/value-rules', 'settings'],
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

test('every file of the function is on a floor', () => {
  expect(LAMBDA.filter((path) => floorOf(path) === -1)).toEqual([]);
});

/** Whether an import leads to the same folder, or to a floor below. */
function isDownward(path: string, target: string): boolean {
  if (!target.startsWith('lambda/')) return false;
  // The files of the first and of the last floor import each other. The linter finds circles.
  const isShared = [0, FLOORS.length - 1].includes(floorOf(path));
  if (isShared || roomOf(target) === roomOf(path)) return floorOf(target) >= floorOf(path);
  return floorOf(target) > floorOf(path);
}

test('the function imports only downwards, and nothing of other folders', () => {
  const upward = LAMBDA.flatMap((path) =>
    importsOf(path)
      .filter((target) => !isDownward(path, target))
      .map((target) => `${path} -> ${target}`),
  );
  expect(upward).toEqual([]);
});

// The same for the folders of the construct. The files beside them use all of them.
const CONSTRUCT = 'infra/construct';
const CONSTRUCT_FLOORS = [
  ['secrets'],
  ['access', 'function', 'network'],
  ['clusters'],
  ['props'],
  ['schedule'],
  ['cdk'],
];

test('a folder of the construct imports only folders below it', () => {
  const floorIn = (path: string) => {
    const [room = '', file] = path.slice(`${CONSTRUCT}/`.length).split('/');
    return file === undefined ? -1 : CONSTRUCT_FLOORS.findIndex((rooms) => rooms.includes(room));
  };
  const found = filesBelow(CONSTRUCT).flatMap((path) =>
    importsOf(path)
      .filter((target) => target.startsWith(`${CONSTRUCT}/`))
      .filter((target) => dirname(target) !== dirname(path) && floorIn(target) <= floorIn(path))
      .map((target) => `${path} -> ${target}`),
  );
  expect(found).toEqual([]);
});

test('ARCHITECTURE.md lists the folders of the function in the order of the floors', () => {
  const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `lambda\/([\w-]+)\/`/gm);
  const listed = [...rows].map(([, room = '']) => room);
  const folders = FLOORS.flat().filter((room) => LAMBDA.some((path) => path.includes(`/${room}/`)));
  expect(listed).toEqual(folders);
});

test('infra imports only pure modules of the function', () => {
  const allowed = PURE.map((name) => `lambda/${name}.ts`);
  const found = filesBelow('infra').flatMap(importsOf);
  const ofFunction = found.filter((target) => target.startsWith('lambda/'));
  expect(ofFunction.length).toBeGreaterThan(0);
  expect(ofFunction.filter((target) => !allowed.includes(target))).toEqual([]);
});

test.each(PURE)('lambda/%s.ts is pure', (name) => {
  const text = readFileSync(`lambda/${name}.ts`, 'utf8').replace(/^import type .*$/gm, '');
  expect(text).not.toMatch(/\basync\b|process\.|Date\.now|@aws-sdk|undici/);
});

test('infra and cli import no test statically', () => {
  const isStatic = (path: string) => /from '[^']*\/test\//.test(readFileSync(path, 'utf8'));
  expect([...filesBelow('infra'), ...filesBelow('cli')].filter(isStatic)).toEqual([]);
});

test('only the entry and the handler use the process', () => {
  const using = LAMBDA.filter((path) => /process\.|console\./.test(readFileSync(path, 'utf8')));
  expect(using).toEqual(['lambda/handler.ts', 'lambda/index.ts']);
});
