import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildLambda } from '../../infra/build/build.ts';
import { ROOT, writeSection } from '../bench/document.ts';
import { readArguments } from '../support/read-arguments.ts';
import { selectNames } from '../support/select-names.ts';
import { PARTS, type Part } from './parts.ts';
import { type Line, page, summary, table } from './report.ts';

// Runs every part, or those whose names start with an argument, each in its own process and in
// parallel. Writes the table to the screen and docs/, and a summary to README.
const DOCUMENT = join(ROOT, 'docs/faults.md');
const JSON_FILE = join(ROOT, 'docs/faults.json');

function runPart(name: string): Promise<Line[]> {
  const script = join(import.meta.dirname, 'parts.ts');
  const child = spawn(process.execPath, [script, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const why = `${name} exited with ${code}: ${err.trim().split('\n').at(-1)}`;
      resolve(code === 0 ? JSON.parse(out) : [{ what: name, runs: 0, broken: [why] }]);
    });
  });
}

async function runAll(parts: Part[]): Promise<Line[]> {
  const left = parts.filter(({ isWaiting }) => !isWaiting);
  const found: Line[] = [];
  const run = async ({ name }: Part) => {
    const started = performance.now();
    found.push(...(await runPart(name)));
    const seconds = Math.round((performance.now() - started) / 1_000);
    process.stderr.write(`${name}: ${seconds} s\n`);
  };
  const work = async () => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) await run(part);
  };
  const cores = Array.from({ length: availableParallelism() }, work);
  await Promise.all([...cores, ...parts.filter(({ isWaiting }) => isWaiting).map(run)]);
  return merge(found);
}

/** Merges the lines of parts that share a fault. */
function merge(lines: Line[]): Line[] {
  const names = [...new Set(lines.map(({ what }) => what))].sort();
  return names.map((what) => {
    const same = lines.filter((line) => line.what === what);
    const runs = same.reduce((sum, line) => sum + line.runs, 0);
    const more = same.find((line) => line.more !== undefined)?.more;
    return { what, runs, ...(more && { more }), broken: same.flatMap(({ broken }) => broken) };
  });
}

/** Replaces the lines of the last run, and keeps those of parts that did not run. */
function keep(found: Line[]): Line[] {
  const before: Line[] = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : [];
  const names = found.map(({ what }) => what);
  const lines = [...before.filter(({ what }) => !names.includes(what)), ...found];
  return lines.sort((one, other) => one.what.localeCompare(other.what));
}

const names = PARTS.map(({ name }) => name);
const usage = `usage: npm run faults -- [PART…]\nparts: ${names.join(', ')}`;
const wanted = selectNames(names, readArguments(usage, true));
const parts = PARTS.filter(({ name }) => wanted.includes(name));
await buildLambda();
const lines = keep(await runAll(parts));
writeFileSync(JSON_FILE, `${JSON.stringify(lines, undefined, 1)}\n`);
process.stdout.write(`${table(lines)}\n`);
for (const broken of lines.flatMap((line) => line.broken)) process.stdout.write(`${broken}\n`);
writeFileSync(DOCUMENT, page(lines));
writeSection('README.md', 'faults', summary(lines));
process.exitCode = lines.every(({ broken }) => broken.length === 0) ? 0 : 1;
