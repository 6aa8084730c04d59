import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A document and its blocks: each fenced one with its language, and the indented ones. */
type Document = { path: string; text: string; blocks: Block[] };
export type Block = { path: string; language: string; text: string };

function documentsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

const ROOT_DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md'];

export const DOCUMENTS: Document[] = [...ROOT_DOCUMENTS, ...documentsIn('docs')].map((path) => {
  const text = readFileSync(path, 'utf8');
  return { path, text, blocks: blocksOf(path, text) };
});

function blocksOf(path: string, text: string): Block[] {
  const fence = /^```(\w*)\n(.*?)^```$/gms;
  const fenced = [...text.matchAll(fence)].map(([, language = '', body = '']) => ({
    path,
    language: language || 'none',
    text: body,
  }));
  // Lines of four columns after an empty line, until a line with fewer columns.
  const indented = text.replace(fence, '').matchAll(/(?<=\n\n)((?: {4}.*\n|\n(?= {4}))+)/g);
  const rest = [...indented].map(([body]) => ({
    path,
    language: 'indented',
    text: body.replace(/^ {4}/gm, ''),
  }));
  return [...fenced, ...rest];
}

export const BLOCKS = DOCUMENTS.flatMap(({ blocks }) => blocks);

const SHELLS = ['sh', 'bash', 'shell', 'console'];

/** The programs that a document may run; before you add a program, check that readers have it. */
export const PROGRAMS = [
  ...[
    'aws',
    'cat',
    'cd',
    'cp',
    'crdb-cli',
    'curl',
    'do',
    'done',
    'echo',
    'export',
    'for',
    'git',
    'grep',
  ],
  ...['jq', 'kubectl', 'mv', 'npm', 'npx', 'openssl', 'pip', 'printf', 'read', 'redis-cli', 'sed'],
  ...['terraform', 'test', 'unset', 'vault', 'zip'],
];

export const SHELL_BLOCKS = BLOCKS.filter(isShell);

/** Returns whether a block has a language of shells, or starts with a command. */
function isShell({ language, text }: Block): boolean {
  if (SHELLS.includes(language)) return true;
  const [first = ''] = text.trim().split(/[\s;]/);
  return language === 'indented' && (/^[A-Z_]+=/.test(first) || PROGRAMS.includes(first));
}

/** Joins lines that end in a backslash, and replaces each placeholder. */
export function joinLines(text: string): string {
  return text.replace(/\\\n\s*/g, ' ').replace(/<[a-zA-Z][\w ]*>/g, 'FILLED');
}

type NpmCall = { script: string; args: string[] };

/** Returns the npm scripts that a text runs, with their arguments. */
export function npmCalls(text: string): NpmCall[] {
  const call = /\bnpm (?:run ([\w:-]+)|(start|test)\b)(?: -- ([^`|;&\n]*))?/g;
  return [...joinLines(text).matchAll(call)].map(([, run, own, args = '']) => ({
    script: run ?? own ?? '',
    args: args.replace(/#.*/, '').split(/\s+/).filter(Boolean),
  }));
}

/** Returns the arguments of each call of the project's own command in a text. */
export function ownCalls(text: string): string[][] {
  const call = /\bnpx redis-enterprise-rotation ([^`|;&\n]+)/g;
  return [...joinLines(text).matchAll(call)].map(([, args = '']) => args.trim().split(/\s+/));
}

export type AwsCall = { service: string; operation: string; flags: string[] };

/** Returns the calls of the AWS CLI in a text. */
export function awsCalls(text: string): AwsCall[] {
  const call = /\baws ([a-z0-9-]+) ([a-z][a-z-]+)([^`|;\n]*)/g;
  return [...joinLines(text).matchAll(call)].map(([, service = '', operation = '', rest = '']) => ({
    service,
    operation,
    flags: [...rest.matchAll(/ --([a-z-]+)/g)].map(([, flag = '']) => flag),
  }));
}

/** Returns the path of a script and of each file that it imports. */
export function sourcesOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !existsSync(path)) return seen;
  seen.add(path);
  const imports = readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g);
  for (const [, target = ''] of imports) sourcesOf(normalize(join(dirname(path), target)), seen);
  return seen;
}

/** Returns the anchors of the headings of a document. */
export function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}

/** Returns a name such as `secret-id` as the APIs of AWS write it: `SecretId`. */
export function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}
