import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledFolders } from './bundled-packages.ts';

type Package = { name: string; version: string; license: string; text: string | undefined };
type LicensedPackage = Package & { text: string };

// Third-party code within a package, under the same license.
const INCLUDED: Record<string, string> = {
  undici: 'lib/llhttp is llhttp, Copyright Fedor Indutny, 2018, by the same terms.',
};

// Packages without the text of their license, and the file with the text of their repository.
const REPOSITORY_TEXTS: Record<string, string> = { '@redis/client': 'redis-client-license.txt' };

/** Returns the licenses of all packages in a bundle. Each text appears once, below its packages. */
export function licensesOf(metafile: Pick<Metafile, 'outputs'>): string {
  const packages = bundledFolders(metafile).map(readPackage);
  return format(packages.map((one) => ({ ...one, text: one.text ?? textOf(one, packages) })));
}

function readPackage(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
  const paths = files.sort().map((file) => join(folder, file));
  const ofRepository = REPOSITORY_TEXTS[name];
  if (ofRepository !== undefined) paths.push(join(import.meta.dirname, ofRepository));
  const texts = paths.map((path) => readFileSync(path, 'utf8').trim());
  const included = INCLUDED[name] === undefined ? [] : [INCLUDED[name]];
  const text = texts.length === 0 ? undefined : [...texts, ...included].join('\n\n');
  return { name, version, license, text };
}

/** Returns the license text of another package of the same scope, for a package without a text. */
function textOf({ name, license }: Package, packages: Package[]): string {
  const [scope] = name.split('/');
  const similar = packages.find(
    (one) => one.text !== undefined && one.name.startsWith(`${scope}/`) && one.license === license,
  );
  if (similar?.text !== undefined) return similar.text;
  throw new Error(`${name} has no license text, and no other package of ${scope} is ${license}`);
}

function format(packages: LicensedPackage[]): string {
  const byText = new Map<string, LicensedPackage[]>();
  for (const one of packages) {
    // Texts that differ in white space only are the same.
    const words = one.text.replace(/\s+/g, ' ');
    byText.set(words, [...(byText.get(words) ?? []), one]);
  }
  const parts = [...byText.values()].map((same) => {
    const names = same.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${names.join('\n')}\n\n${same[0]?.text}\n`;
  });
  const head = 'The code in this folder contains these packages, under these licenses.\n';
  return [head, ...parts].join(`\n${'-'.repeat(72)}\n\n`);
}
