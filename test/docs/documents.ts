import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A document, with what it shows: fenced blocks by their language, and indented ones. */
export type Document = { path: string; text: string; blocks: Block[] };
export type Block = { path: string; language: string; text: string };

function documentsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

const AT_THE_TOP = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md'];

export const DOCUMENTS: Document[] = [...AT_THE_TOP, ...documentsIn('docs')].map((path) => {
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
  // Four columns after an empty line, until a line begins further left.
  const indented = text.replace(fence, '').matchAll(/(?<=\n\n)((?: {4}.*\n|\n(?= {4}))+)/g);
  const rest = [...indented].map(([body]) => ({
    path,
    language: 'indented',
    text: body.replace(/^ {4}/gm, ''),
  }));
  return [...fenced, ...rest];
}

const SHELLS = ['sh', 'bash', 'shell', 'console'];

/** Whether a block is of commands: it says so, or begins with one. */
export function isShell({ language, text }: Block, programs: readonly string[]): boolean {
  if (SHELLS.includes(language)) return true;
  const [first = ''] = text.trim().split(/[\s;]/);
  return language === 'indented' && (/^[A-Z_]+=/.test(first) || programs.includes(first));
}

/** Lines that are broken for a page, in one; what a reader fills in, filled in. */
export function joined(text: string): string {
  return text.replace(/\\\n\s*/g, ' ').replace(/<[a-zA-Z][\w ]*>/g, 'FILLED');
}

export type NpmCall = { script: string; args: string[] };

/** The scripts that a text tells to run, with what is handed to them. */
export function npmCalls(text: string): NpmCall[] {
  const call = /\bnpm (?:run ([\w:-]+)|(start|test)\b)(?: -- ([^`|;&\n]*))?/g;
  return [...joined(text).matchAll(call)].map(([, run, own, args = '']) => ({
    script: run ?? own ?? '',
    args: args.replace(/#.*/, '').split(/\s+/).filter(Boolean),
  }));
}

export type AwsCall = { service: string; operation: string; flags: string[] };

/** The calls of the AWS CLI in a text. */
export function awsCalls(text: string): AwsCall[] {
  const call = /\baws ([a-z0-9-]+) ([a-z][a-z-]+)([^`|;\n]*)/g;
  return [...joined(text).matchAll(call)].map(([, service = '', operation = '', rest = '']) => ({
    service,
    operation,
    flags: [...rest.matchAll(/ --([a-z-]+)/g)].map(([, flag = '']) => flag),
  }));
}

/** The files that a script's own are made of: itself, and what it imports. */
export function sourcesOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !existsSync(path)) return seen;
  seen.add(path);
  const imports = readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g);
  for (const [, target = ''] of imports) sourcesOf(normalize(join(dirname(path), target)), seen);
  return seen;
}

/** The anchors of a document's headings. */
export function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}

/** `secret-id` as AWS's APIs write it. */
export function pascal(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}
