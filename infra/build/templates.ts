import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { LAMBDA_FOLDER, USER_FIELDS_FOLDER } from '../lambda-folder.ts';
import { ClusterTemplate } from '../templates/cluster-template.ts';
import type { ZipFiles } from '../templates/code.ts';
import { RotationTemplate } from '../templates/rotation-template.ts';
import { UserTemplate } from '../templates/user-template.ts';
import { buildLambda, buildUserFields } from './build.ts';
import { zipFolder } from './zip.ts';

const TEMPLATES_FOLDER = join(import.meta.dirname, '../../dist/templates');

// Enough to distinguish the versions of a file.
const HASH_CHARACTERS = 16;

type Resource = { Metadata?: object };

/** Returns the templates by name. */
export function synthesizeTemplates(files: ZipFiles): Record<string, object> {
  const outdir = mkdtempSync(join(tmpdir(), 'templates-'));
  // CDK's own checks do not evaluate conditions, so an optional parameter is a finding.
  const given = { builtinCloudFormationValidation: false, analyticsReporting: false };
  const app = new App({ outdir, ...given });
  try {
    new RotationTemplate(app, 'rotation', files);
    new UserTemplate(app, 'user');
    new ClusterTemplate(app, 'cluster');
    const { stacks } = app.synth();
    for (const { template } of stacks) {
      // Acknowledgements for cdk-nag, which does not read these templates.
      for (const resource of Object.values<Resource>(template.Resources)) delete resource.Metadata;
    }
    return Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Empties a folder, and writes the zip files and the templates that name them. */
export function writeTemplates(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = {
    rotation: writeZip(folder, 'function', LAMBDA_FOLDER),
    userFields: writeZip(folder, 'fields', USER_FIELDS_FOLDER),
  };
  for (const [name, template] of Object.entries(synthesizeTemplates(files))) {
    const text = `${JSON.stringify(template, undefined, 1)}\n`;
    writeFileSync(join(folder, `${name}.template.json`), text);
  }
}

/** Zips a folder. Returns the name of the file, which has the hash of its content. */
function writeZip(folder: string, name: string, from: string): string {
  const zip = zipFolder(from);
  const hash = createHash('sha256').update(zip).digest('hex').slice(0, HASH_CHARACTERS);
  const file = `${name}-${hash}.zip`;
  writeFileSync(join(folder, file), zip);
  return file;
}

if (import.meta.main) {
  await buildUserFields();
  await buildLambda();
  writeTemplates(TEMPLATES_FOLDER);
}
