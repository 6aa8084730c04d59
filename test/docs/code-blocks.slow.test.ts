import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BLOCKS, type Block, SHELL_BLOCKS } from './documents.ts';

const isJson = ({ language, text }: Block) =>
  language === 'json' || (language === 'indented' && text.startsWith('{'));
const OTHERS = BLOCKS.filter((block) => !SHELL_BLOCKS.includes(block));

test.each(OTHERS.filter(isJson))('the JSON in $path is valid: $text', ({ language, text }) => {
  const objects = language === 'json' ? [text] : text.trim().split('\n');
  for (const one of objects) expect(() => JSON.parse(one)).not.toThrow();
});

test('an indented block is a command, JSON or a drawing', () => {
  const left = OTHERS.filter((block) => block.language === 'indented' && !isJson(block));
  expect(left.filter(({ text }) => !/[─█→░]/.test(text))).toEqual([]);
});

const CODE = OTHERS.filter(({ language }) => /^(ts|js|mjs|typescript|javascript)$/.test(language));

test.each(CODE)('the code in $path is valid: $text', ({ text }) => {
  // The block is a module, or statements of a function.
  const code = /^export /m.test(text) ? text : `async () => {${withoutImports(text)}}`;
  expect(() => stripTypeScriptTypes(code)).not.toThrow();
});

function withoutImports(text: string): string {
  return text.replace(/^import [^;]*;$/gm, '');
}

const CONSTRUCT = join(import.meta.dirname, '../../infra/construct/redis-enterprise-rotation.ts');

// The names that a block uses and does not declare.
const AROUND = `
import type { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
declare const caCertificate: string, runbookUrl: string;
declare const alarmTopic: ITopic;
declare const adminSecret: ISecret, billingSecret: ISecret;
declare const vpc: IVpc;
declare const target: IRuleTarget;
declare const task: TaskDefinition;
`;

test.each(
  CODE.filter(({ text }) => text.includes("'redis-enterprise-rotation'")),
)('the construct accepts the props in $path', ({ text }) => {
  const folder = mkdtempSync(join('node_modules', '.documents-'));
  try {
    const imports = text.match(/^import [^;]*;$/gm)?.join('\n') ?? '';
    const code = `${imports.replace('redis-enterprise-rotation', CONSTRUCT)}\n${AROUND}
      export function build(this: Stack) {\n${withoutImports(text)}\n}\n`;
    writeFileSync(join(folder, 'block.ts'), code);
    const compilerOptions = { noUnusedLocals: false, types: ['node'] };
    const project = { extends: '../../tsconfig.json', compilerOptions, include: ['block.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
