import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const MANIFEST = join(ROOT, 'package.json');

/** What is not moved to the newest version, how far it may move, and why. */
export const HELD: Record<string, { within: string; why: string }> = {
  'aws-cdk': {
    within: '2.',
    why: '3.0.0 was published by accident, and cannot read what aws-cdk-lib writes',
  },
  '@biomejs/biome': {
    within: '2.5.0',
    why: 'of later ones a registry lacked some platforms, and npm ci refused its lock file',
  },
  node: { within: '24.', why: 'it is what AWS Lambda runs' },
  '@types/node': { within: '24.', why: 'it is what AWS Lambda runs' },
};

/** What a registry has of a package. */
export type Published = { latest: string; versions: string[] };

/** The packages that move, and where to; none moves back, or to a version that is not final. */
export function movesOf(
  pinned: Record<string, string>,
  published: Record<string, Published>,
): Record<string, string> {
  const moves = Object.entries(pinned).flatMap(([name, from]) => {
    const to = newestOf(name, published[name]);
    return to !== undefined && isNewer(to, from) ? [[name, to] as const] : [];
  });
  return Object.fromEntries(moves);
}

function newestOf(name: string, published: Published | undefined): string | undefined {
  const { latest = '', versions = [] } = published ?? {};
  const held = HELD[name];
  // Where nothing is held, whoever publishes says which is the newest.
  const allowed = held === undefined ? [latest] : versions.filter((one) => isWithin(one, held));
  const final = allowed.filter((one) => /^\d+\.\d+\.\d+$/.test(one));
  return final.reduce<string | undefined>(
    (newest, one) => (newest === undefined || isNewer(one, newest) ? one : newest),
    undefined,
  );
}

function isWithin(version: string, { within }: { within: string }): boolean {
  return version === within || (within.endsWith('.') && version.startsWith(within));
}

function isNewer(one: string, other: string): boolean {
  const [ours, theirs] = [one, other].map((version) => version.split('.').map(Number));
  const at = ours?.findIndex((part, index) => part !== theirs?.[index]) ?? -1;
  return at !== -1 && Number(ours?.[at]) > Number(theirs?.[at]);
}

function publishedOf(name: string): Published {
  const args = ['view', name, 'dist-tags.latest', 'versions', '--json', '--loglevel=error'];
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm view ${name} failed: ${stderr}`);
  const { 'dist-tags.latest': latest, versions } = JSON.parse(stdout);
  return { latest, versions: [versions].flat() };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function run(command: string, ...args: string[]): void {
  say(`\n$ ${[command, ...args].join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) return;
  const undo = 'git checkout package.json package-lock.json && npm ci';
  throw new Error(`${command} failed; to take the versions back: ${undo}`);
}

function update(): void {
  // It writes the manifest and installs: not what somebody wants who asks for --help.
  if (process.argv.length > 2) throw new Error('npm run update takes no arguments');
  const text = readFileSync(MANIFEST, 'utf8');
  const pinned: Record<string, string> = JSON.parse(text).devDependencies;
  const names = Object.keys(pinned);
  const moves = movesOf(pinned, Object.fromEntries(names.map((name) => [name, publishedOf(name)])));
  for (const [name, to] of Object.entries(moves)) say(`${name} ${pinned[name]} -> ${to}`);
  for (const [name, { within, why }] of Object.entries(HELD))
    say(`${name} within ${within}: ${why}`);
  if (Object.keys(moves).length === 0) {
    say('nothing moves');
    return;
  }
  const moved = Object.entries(moves).reduce(
    (manifest, [name, to]) =>
      manifest.replace(`"${name}": "${pinned[name]}"`, `"${name}": "${to}"`),
    text,
  );
  writeFileSync(MANIFEST, moved);
  run('npm', 'install', '--loglevel=error');
  // A lock file that npm itself refuses is found here, and not on somebody else's machine.
  run('npm', 'ci', '--loglevel=error');
  run('.ci/run');
}

if (import.meta.main) update();
