import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { buildLambda } from '../../infra/build/build.ts';
import { zipFolder } from '../../infra/build/zip.ts';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { readArguments } from '../support/read-arguments.ts';
import { selectNames } from '../support/select-names.ts';
import { countCalls } from './calls.ts';
import { loadedChunks } from './chunks.ts';
import { measureStarts } from './cold-start.ts';
import { measureCommands } from './commands.ts';
import { ROOT, writeSection } from './document.ts';
import { measureMemory } from './memory.ts';
import { type Figures, SECTIONS, summary } from './report.ts';
import { rotateMany } from './scale.ts';
import { bytesByPackage } from './size.ts';
import { drawStarts } from './start-chart.ts';
import { measureRotations } from './warm.ts';

// What `npm run bench` runs: all parts, or the parts that the command line names. It prints the
// figures, and writes them to docs/performance.json, docs/performance.md, its pictures and README.
const JSON_FILE = join(ROOT, 'docs/performance.json');
const SECRETS = [10, 100, 1_000, 10_000];

const PARTS: Record<string, () => Promise<Partial<Figures>>> = {
  start: async () => ({ starts: await measureStarts() }),
  size: async () => {
    const packages = [...bytesByPackage(await buildLambda())];
    return { packages, zipBytes: zipFolder(LAMBDA_FOLDER).length };
  },
  chunks: async () => ({ chunks: await loadedChunks() }),
  calls: async () => ({
    calls: { self: await countCalls('self'), admin: await countCalls('admin') },
  }),
  warm: async () => ({ warm: await measureRotations() }),
  commands: async () => ({ commands: await measureCommands() }),
  memory: async () => ({ memory: await measureMemory() }),
  scale: async () => ({ scales: SECRETS.map(rotateInProcess) }),
};

const NAMES = Object.keys(PARTS);
const USAGE = `usage: npm run bench -- [PART…]\nparts: ${NAMES.join(', ')}`;

/** Runs in a process of its own, so that each measurement starts with an empty heap. */
function rotateInProcess(secrets: number): Awaited<ReturnType<typeof rotateMany>> {
  const args = ['--expose-gc', import.meta.filename, 'rotate', String(secrets)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function main(names: string[]): Promise<void> {
  const before = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : {};
  const cpu = cpus()[0]?.model ?? 'unknown';
  const machine = `${cpu}, ${availableParallelism()} cores, Node.js ${process.version}`;
  const figures: Figures = { ...before, machine };
  for (const name of names) {
    Object.assign(figures, await PARTS[name]?.());
    const content = SECTIONS[name]?.(figures) ?? '';
    process.stdout.write(`\n${name}\n\n${content}\n`);
    writeSection('docs/performance.md', name, content);
  }
  writeSection('docs/performance.md', 'machine', machine);
  writeFileSync(JSON_FILE, `${JSON.stringify(figures, undefined, 1)}\n`);
  writeSection('README.md', 'bench', summary(figures));
  writeFileSync(join(ROOT, 'docs/start.svg'), drawStarts(figures.starts));
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'rotate') process.stdout.write(JSON.stringify(await rotateMany(Number(rest[0]))));
else await main(selectNames(NAMES, readArguments(USAGE, true)));
// Kept-alive connections would keep the process running.
process.exit();
