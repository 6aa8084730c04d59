import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { synthesizeTemplates } from '../../infra/build/templates.ts';
import { arbitraryValues } from '../templates/arbitrary-values.ts';
import type { TemplateBody } from '../templates/evaluate.ts';

/** Writes the templates, each several times, with random values as defaults of its parameters. */
export function writeFilledTemplates(folder: string, seed: number, runs: number): void {
  mkdirSync(folder);
  const templates = synthesizeTemplates({ rotation: 'function-0.zip', userFields: 'fields-0.zip' });
  for (const [name, template] of Object.entries(templates)) {
    const body = template as TemplateBody;
    writeTemplate(folder, name, body);
    for (const [index, values] of fc
      .sample(arbitraryValues(body), { seed, numRuns: runs })
      .entries()) {
      const parameters = Object.entries(body.Parameters ?? {}).map(([id, parameter]) => [
        id,
        { ...parameter, Default: values[id] },
      ]);
      const Parameters = Object.fromEntries(parameters);
      writeTemplate(folder, `${name}-${index}`, { ...body, Parameters });
    }
  }
}

function writeTemplate(folder: string, name: string, body: TemplateBody): void {
  writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(body));
}
