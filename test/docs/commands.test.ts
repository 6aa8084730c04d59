import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  anchorsOf,
  awsCalls,
  type Block,
  DOCUMENTS,
  isShell,
  joined,
  npmCalls,
  pascal,
  sourcesOf,
} from './documents.ts';

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));
const SCRIPTS: Record<string, string> = MANIFEST.scripts;

// What the documents may tell to run; another one is to be looked at, and added.
const PROGRAMS = [
  ...['aws', 'cd', 'cp', 'curl', 'echo', 'export', 'git', 'grep', 'jq', 'mv', 'npm', 'npx'],
  ...[
    'crdb-cli',
    'kubectl',
    'redis-cli',
    'openssl',
    'printf',
    'read',
    'sed',
    'unset',
    'zip',
    'for',
    'done',
    'do',
    'pip',
  ],
];
const BLOCKS = DOCUMENTS.flatMap(({ blocks }) => blocks);
const SHELL = BLOCKS.filter((block) => isShell(block, PROGRAMS));

const NPM = DOCUMENTS.flatMap(({ path, text }) =>
  npmCalls(text).map((call) => ({ path, ...call, line: `${call.script} ${call.args.join(' ')}` })),
);

test.each(NPM)('npm run $line, as $path says, is a script that takes that', ({ script, args }) => {
  expect(Object.keys(SCRIPTS)).toContain(script);
  const [, path = ''] = /^node (\S+\.ts)/.exec(SCRIPTS[script] ?? '') ?? [];
  const source = [...sourcesOf(path)].map((file) => readFileSync(file, 'utf8')).join('\n');
  for (const [index, arg] of args.entries()) {
    const flag = /^--([\w-]+)$/.exec(arg)?.[1];
    if (flag !== undefined) expect(source).toMatch(new RegExp(`'?\\b${flag}'?: \\{ type: '`));
    if (args[index - 1] === '--scenario') expect(source).toMatch(new RegExp(`'?${arg}'?: show`));
    if (script === 'test:peers') expect(existsSync(`test/peers/${arg}.ts`), arg).toBe(true);
    if (script === 'unit') expect(readdirSync('test').join()).toContain(arg);
  }
});

// Of the CLI alone, or with more than the API has.
const OF_THE_CLI = ['logs tail', 'lambda invoke'];
// Services whose SDK is not here to look an operation up in.
const ELSEWHERE = ['ec2', 'ecs', 'iam', 'kms', 'logs', 'scheduler'];
const CLI_FLAGS = [
  'zip-file',
  'query',
  'output',
  'region',
  'profile',
  'cli-read-timeout',
  'cli-binary-format',
];
const CLIENTS: Record<string, string> = {
  secretsmanager: 'client-secrets-manager',
  lambda: 'client-lambda',
  ssm: 'client-ssm',
};
const AWS = DOCUMENTS.flatMap(({ path, text }) =>
  awsCalls(text).map((call) => ({ path, ...call })),
).filter(
  ({ service, operation }) =>
    !OF_THE_CLI.includes(`${service} ${operation}`) && !ELSEWHERE.includes(service),
);

test.each(AWS)('aws $service $operation, as $path says, is an operation that takes that', ({
  service,
  operation,
  flags,
}) => {
  expect(Object.keys(CLIENTS)).toContain(service);
  const types = join('node_modules/@aws-sdk', CLIENTS[service] ?? '', 'dist-types');
  const command = readFileSync(join(types, `commands/${pascal(operation)}Command.d.ts`), 'utf8');
  const [, input] = /CommandInput extends (\w+)/.exec(command) ?? [];
  const models = readdirSync(join(types, 'models')).filter((name) => name.startsWith('models_'));
  const text = models.map((name) => readFileSync(join(types, 'models', name), 'utf8')).join('\n');
  const [body = ''] = new RegExp(`interface ${input} \\{.*?^\\}`, 'ms').exec(text) ?? [];
  expect(body).not.toBe('');
  for (const flag of flags.filter((one) => !CLI_FLAGS.includes(one))) {
    expect(body, `--${flag}`).toMatch(new RegExp(`^    ${pascal(flag)}\\??:`, 'mi'));
  }
});

test.each(SHELL)('a shell understands what $path shows, and each program is known: $text', ({
  text,
}) => {
  const script = joined(text);
  const { stderr, status } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  // What is quoted is not a command, however its lines begin.
  const bare = script.replace(/'[^']*'/gs, "''").replace(/"[^"]*"/gs, '""');
  const own = [...bare.matchAll(/^(\w+)\(\) \{/gm)].flatMap(([, name = '']) => [name, `${name}()`]);
  const first = bare.split(/\n|&&|\|\||[|;(]\s*(?=[a-z])|[|;]/);
  const words = first.map((part) => part.trim().split(/\s/)[0] ?? '');
  const programs = words.filter((one) => !/^(#|[A-Z_]+=|[})]|$)/.test(one) && !own.includes(one));
  expect(programs.filter((one) => !PROGRAMS.includes(one))).toEqual([]);
  for (const [, tool = ''] of bare.matchAll(/\bnpx (\w\S*)/g)) {
    expect(existsSync(`node_modules/.bin/${tool}`), tool).toBe(true);
  }
});

const isJson = ({ language, text }: Block) =>
  language === 'json' || (language === 'indented' && text.startsWith('{'));
const OTHERS = BLOCKS.filter((block) => !SHELL.includes(block));

test.each(OTHERS.filter(isJson))('the JSON that $path shows is JSON: $text', ({
  language,
  text,
}) => {
  const objects = language === 'json' ? [text] : text.trim().split('\n');
  for (const one of objects) expect(() => JSON.parse(one)).not.toThrow();
});

test('what is indented and neither commands nor JSON is a drawing', () => {
  const left = OTHERS.filter((block) => block.language === 'indented' && !isJson(block));
  expect(left.filter(({ text }) => !/[─█→░]/.test(text))).toEqual([]);
});

const CODE = OTHERS.filter(({ language }) => /^(ts|js|mjs|typescript|javascript)$/.test(language));

test.each(CODE)('the code that $path shows is code: $text', ({ text }) => {
  // A whole module, or lines that stand in the middle of one.
  const code = /^export /m.test(text) ? text : `async () => {${withoutImports(text)}}`;
  expect(() => stripTypeScriptTypes(code)).not.toThrow();
});

function withoutImports(text: string): string {
  return text.replace(/^import [^;]*;$/gm, '');
}

// What the app around a block has already.
const AROUND = `
import { Duration, type Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
declare const caCertificate: string;
declare const adminSecret: ISecret, billingSecret: ISecret;
declare const vpc: IVpc;
declare const target: IRuleTarget;
`;

test.each(
  CODE.filter(({ text }) => text.includes("'redis-enterprise-rotation'")),
)('the construct takes what $path gives it', ({ text }) => {
  const folder = mkdtempSync(join('node_modules', '.documents-'));
  try {
    const imports = text.match(/^import [^;]*;$/gm)?.join('\n') ?? '';
    const ours = join(import.meta.dirname, '../../infra/construct/redis-enterprise-rotation.ts');
    const code = `${imports.replace('redis-enterprise-rotation', ours)}\n${AROUND}
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

test.each(DOCUMENTS)('every link and every file in $path leads somewhere', ({ path, text }) => {
  for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
    const [file = '', anchor] = target.split('#');
    const there = file === '' ? path : join(dirname(path), file);
    expect(existsSync(there), target).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(there), target).toContain(anchor);
  }
  for (const [, file = ''] of text.matchAll(/`((?:docs|infra|lambda|test|\.ci)\/[\w./-]*)`/g)) {
    expect(existsSync(file), file).toBe(true);
  }
});
