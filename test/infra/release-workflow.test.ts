import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RELEASE } from './workflow-files.ts';

type Variables = Record<string, string>;

/** Runs a step of a job of a release in a folder. */
function runIn(folder: string, job: string, name: string, variables: Variables): void {
  const { run } = RELEASE[job]?.steps.find((step) => step.name === name) ?? {};
  if (run === undefined) throw new Error(`no step has the name ${name}`);
  const env = { ...process.env, ...variables };
  // The shell of a workflow's step.
  execFileSync('bash', ['-e', '-c', run], { cwd: folder, env, stdio: 'pipe' });
}

/**
 * Runs a step of the job that builds a release, in a folder with a copy of package.json and a
 * CHANGELOG.md with one heading.
 */
function runStep(name: string, variables: Variables, heading = '## Unreleased') {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    for (const file of ['package.json', '.npmrc']) copyFileSync(file, join(folder, file));
    writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${heading}\n`);
    runIn(folder, 'build', name, variables);
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));

test('a release names the repository in which its workflow runs', () => {
  const url = 'https://github.example/some/where';
  const variables = {
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'some/where',
  };
  expect(runStep('Name this repository in package.json', variables)).toEqual({
    ...MANIFEST,
    repository: { type: 'git', url: `git+${url}.git` },
    homepage: `${url}#readme`,
    bugs: { url: `${url}/issues` },
  });
});

test('a release needs the version of its tag in package.json and CHANGELOG.md', () => {
  const compare = (tag: string, heading: string) => {
    const step = 'Compare the tag with package.json and CHANGELOG.md';
    return runStep(step, { GITHUB_REF_NAME: tag }, heading);
  };
  const { version } = MANIFEST;
  expect(compare(`v${version}`, `## ${version}`)).toEqual(MANIFEST);
  expect(() => compare('v99.0.0', '## 99.0.0')).toThrow('Command failed');
  expect(() => compare(`v${version}`, '## Unreleased')).toThrow('Command failed');
  expect(() => compare(`v${version}`, `## ${version}1`)).toThrow('Command failed');
});

test('the job build uploads every file that npm run build:release writes', () => {
  const steps = RELEASE.build?.steps ?? [];
  const build = steps.findIndex(({ run }) => run === 'npm run build:release');
  expect(build).toBeGreaterThan(0);
  expect(steps.slice(build + 1).map((step) => step.with)).toEqual([
    { name: 'release', path: 'dist/release', 'if-no-files-found': 'error' },
  ]);
});

test('a release attaches the templates, the zip files, the package and the checksums', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    const files = [
      ...['SHA256SUMS', 'cluster.template.json', 'fields-0.zip', 'function-0.zip'],
      ...['function.cdx.json', 'redis-enterprise-rotation-1.0.0.tgz'],
      ...['rotation.template.json', 'user.template.json'],
    ];
    for (const name of files) writeFileSync(join(folder, name), name);
    const bin = mkdtempSync(join(folder, '.bin-'));
    // GitHub's command, which prints its arguments.
    const script = '#!/bin/sh\nprintf "%s\\n" "$@" >.arguments\n';
    writeFileSync(join(bin, 'gh'), script, { mode: 0o755 });
    runIn(folder, 'release', 'Create the release', {
      PATH: `${bin}:${process.env.PATH}`,
      GITHUB_REF_NAME: 'v1.0.0',
      GITHUB_REPOSITORY: 'some/where',
    });
    const given = readFileSync(join(folder, '.arguments'), 'utf8').split('\n');
    const attached = given.filter((text) => text.startsWith('./')).map((text) => text.slice(2));
    expect(attached.sort()).toEqual(files.sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
