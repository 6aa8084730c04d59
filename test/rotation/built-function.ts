import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { setEnvironment } from '../sandbox/process-environment.ts';
import type { World } from '../sandbox/world.ts';

/** Drops what the built function logs, which would hide the report of the tests. */
export function silenceOutput(): void {
  const { write } = process.stdout;
  beforeAll(() => {
    process.stdout.write = () => true;
  });
  afterAll(() => {
    process.stdout.write = write;
  });
}

let imports = 0;
let last: Promise<unknown> = Promise.resolve();

/** Loads the built function as AWS Lambda does: a fresh copy, with these environment variables. */
export function loadBuilt(
  environment: Record<string, string>,
  handler = 'index.handler',
): Promise<World['invoke']> {
  // The environment is that of the process, so that only one copy can load at a time.
  const loading = last.then(() => importHandler(environment, handler));
  last = loading.catch(() => undefined);
  return loading;
}

async function importHandler(
  environment: Record<string, string>,
  handler: string,
): Promise<World['invoke']> {
  const [file, name = ''] = handler.split('.');
  const restore = setEnvironment(environment);
  imports += 1;
  try {
    return (await import(`${pathToFileURL(`${LAMBDA_FOLDER}/${file}.mjs`)}?${imports}`))[name];
  } finally {
    restore();
  }
}
