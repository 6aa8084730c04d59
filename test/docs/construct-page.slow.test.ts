import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AROUND } from './construct-example.ts';
import { BLOCKS } from './documents.ts';

const PAGE = 'docs/construct.md';
const CONSTRUCT = join(import.meta.dirname, '../../infra/construct/redis-enterprise-rotation.ts');
// TypeDoc reads the types of CDK, which takes long on a busy machine.
const TIMEOUT_MS = 240_000;

/** Calls `use` with a new folder, and removes the folder. */
function inFolder(parent: string, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(parent, '.construct-page-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test(
  'docs/construct.md is what npm run docs writes',
  () => {
    inFolder(tmpdir(), (folder) => {
      const { stdout, status } = spawnSync('node_modules/.bin/typedoc', ['--out', folder], {
        encoding: 'utf8',
      });
      expect(status, stdout).toBe(0);
      const written = readFileSync(join(folder, 'construct.md'), 'utf8');
      expect(readFileSync(PAGE, 'utf8'), 'run npm run docs').toBe(written);
    });
  },
  TIMEOUT_MS,
);

const DOCUMENTED = [
  'RedisEnterpriseRotation',
  'RedisEnterpriseRotationProps',
  'RedisEnterpriseRotationAttributes',
  'ClusterProps',
  'AddSecretProps',
  'AdoptUserProps',
  'EndpointProps',
  'OnRotatedProps',
  'RotatedSecret',
  'ScheduleProps',
];

test.each(DOCUMENTED)('docs/construct.md has an example of every member of %s', (type) => {
  const section = readFileSync(PAGE, 'utf8')
    .split(/^## /m)
    .find((one) => one.startsWith(`${type}\n`));
  const members = section?.split(/^#### /m).slice(1) ?? [];
  expect(members.length).toBeGreaterThan(1);
  const without = members.filter((member) => !/^#+ Example\n\n```ts\n/m.test(member));
  expect(without.map((member) => member.split('\n', 1)[0])).toEqual([]);
});

test(
  'every example in docs/construct.md compiles',
  () => {
    const examples = BLOCKS.filter(({ path, language }) => path === PAGE && language === 'ts');
    expect(examples.length).toBeGreaterThan(40);
    inFolder('node_modules', (folder) => {
      const around = AROUND.replace('redis-enterprise-rotation', CONSTRUCT);
      for (const [index, { text }] of examples.entries()) {
        const code = `${around}\nexport function build(this: Stack) {\n${text}\n}\n`;
        writeFileSync(join(folder, `example-${index}.ts`), code);
      }
      const compilerOptions = { noUnusedLocals: false, types: ['node'] };
      const project = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
      const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' });
      expect(stdout).toBe('');
    });
  },
  TIMEOUT_MS,
);
