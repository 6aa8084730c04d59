import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package that is in a bundle, and the terms that it is there by. */
type Bundled = { name: string; version: string; license: string; text: string };

// What a package has in it of somebody else, who gave it by the same terms.
const WITHIN: Record<string, string> = {
  undici: 'lib/llhttp is llhttp, Copyright Fedor Indutny, 2018, by the same terms.',
};

/** The terms of all packages that are in a bundle: every text once, under those that have it. */
export function licensesOf({ outputs }: Pick<Metafile, 'outputs'>): string {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const paths = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  // A package may bring another with it: what is matched ends with the last of them.
  const found = paths.flatMap((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const packages = [...new Set(found)].sort().map(readPackage);
  return draw(packages.map((one) => ({ ...one, text: one.text ?? textOf(one, packages) })));
}

type Read = Omit<Bundled, 'text'> & { text: string | undefined };

function readPackage(folder: string): Read {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const within = WITHIN[name] === undefined ? [] : [WITHIN[name]];
  const text = texts.length === 0 ? undefined : [...texts, ...within].join('\n\n');
  return { name, version, license, text };
}

/** A package of AWS may come without its licence, which others of AWS have. */
function textOf({ name, license }: Read, packages: Read[]): string {
  const [scope] = name.split('/');
  const like = packages.find(
    (one) => one.text !== undefined && one.name.startsWith(`${scope}/`) && one.license === license,
  );
  if (like?.text !== undefined) return like.text;
  throw new Error(`${name} has no licence text, and no other package of ${scope} is ${license}`);
}

/** Every text once, under the packages that have it. */
function draw(packages: Bundled[]): string {
  const holders = new Map<string, Bundled[]>();
  for (const one of packages) {
    // Texts that differ in how they are indented or broken say the same.
    const words = one.text.replace(/\s+/g, ' ');
    holders.set(words, [...(holders.get(words) ?? []), one]);
  }
  const parts = [...holders.values()].map((same) => {
    const names = same.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${names.join('\n')}\n\n${same[0]?.text}\n`;
  });
  const head = 'The function in this folder contains these packages, on these terms.\n';
  return [head, ...parts].join(`\n${'-'.repeat(72)}\n\n`);
}
