import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../cli/command-line.ts';
import {
  awsCalls,
  DOCUMENTS,
  joinLines,
  npmCalls,
  ownCalls,
  PROGRAMS,
  pascalCase,
  SHELL_BLOCKS,
  sourcesOf,
} from './documents.ts';

const TEST_FILES = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.test.ts'),
);
const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));
const SCRIPTS: Record<string, string> = MANIFEST.scripts;

const NPM = DOCUMENTS.flatMap(({ path, text }) =>
  npmCalls(text).map((call) => ({ path, ...call, line: `${call.script} ${call.args.join(' ')}` })),
);

test.each(NPM)('npm run $line in $path names a script and its options', ({ script, args }) => {
  expect(Object.keys(SCRIPTS)).toContain(script);
  const [, path = ''] = /^(?:exec )?node (\S+\.ts)/.exec(SCRIPTS[script] ?? '') ?? [];
  const source = [...sourcesOf(path)].map((file) => readFileSync(file, 'utf8')).join('\n');
  for (const [index, arg] of args.entries()) {
    const flag = /^--([\w-]+)$/.exec(arg)?.[1];
    if (flag !== undefined) expect(source).toMatch(new RegExp(`'?\\b${flag}'?: \\{ type: '`));
    if (args[index - 1] === '--scenario') expect(source).toMatch(new RegExp(`'?${arg}'?: show`));
    if (script === 'test:peers') expect(existsSync(`test/peers/${arg}.ts`), arg).toBe(true);
    if (script === 'unit') expect(TEST_FILES.join()).toContain(arg);
  }
});

const OWN = DOCUMENTS.flatMap(({ path, text }) =>
  ownCalls(text).map((args) => ({ path, args, line: args.join(' ') })),
);

test.each(OWN)('redis-enterprise-rotation $line in $path is a command with these options', ({
  args,
}) => {
  expect(parseCommandLine(args)?.name).toBe(args[0]);
});

// The API has no such operation, or the CLI adds options to it.
const CLI_COMMANDS = ['logs tail', 'lambda invoke'];
// The project does not install the SDK of these services.
const OTHER_SERVICES = [
  ...['cloudformation', 'ec2', 'ecs', 'iam', 'kms', 'logs', 's3', 'scheduler'],
];
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
    !CLI_COMMANDS.includes(`${service} ${operation}`) && !OTHER_SERVICES.includes(service),
);

test.each(AWS)('aws $service $operation in $path is an operation with these options', ({
  service,
  operation,
  flags,
}) => {
  expect(Object.keys(CLIENTS)).toContain(service);
  const types = join('node_modules/@aws-sdk', CLIENTS[service] ?? '', 'dist-types');
  const command = readFileSync(
    join(types, `commands/${pascalCase(operation)}Command.d.ts`),
    'utf8',
  );
  const [, input] = /CommandInput extends (\w+)/.exec(command) ?? [];
  const models = readdirSync(join(types, 'models')).filter((name) => name.startsWith('models_'));
  const text = models.map((name) => readFileSync(join(types, 'models', name), 'utf8')).join('\n');
  const [body = ''] = new RegExp(`interface ${input} \\{.*?^\\}`, 'ms').exec(text) ?? [];
  expect(body).not.toBe('');
  for (const flag of flags.filter((one) => !CLI_FLAGS.includes(one))) {
    expect(body, `--${flag}`).toMatch(new RegExp(`^    ${pascalCase(flag)}\\??:`, 'mi'));
  }
});

test.each(SHELL_BLOCKS)('the commands in $path are valid and use known programs: $text', ({
  text,
}) => {
  const script = joinLines(text);
  const { stderr, status } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  // Quoted text is not a command.
  const bare = script.replace(/'[^']*'/gs, "''").replace(/"[^"]*"/gs, '""');
  const own = [...bare.matchAll(/^(\w+)\(\) \{/gm)].flatMap(([, name = '']) => [name, `${name}()`]);
  const first = bare.split(/\n|&&|\|\||[|;(]\s*(?=[a-z])|[|;]/);
  const words = first.map((part) => part.trim().split(/\s/)[0] ?? '');
  const programs = words.filter((one) => !/^(#|[A-Z_]+=|[})]|$)/.test(one) && !own.includes(one));
  expect(programs.filter((one) => !PROGRAMS.includes(one))).toEqual([]);
  for (const [, tool = ''] of bare.matchAll(/\bnpx (\w\S*)/g)) {
    expect(tool in MANIFEST.bin || existsSync(`node_modules/.bin/${tool}`), tool).toBe(true);
  }
});
