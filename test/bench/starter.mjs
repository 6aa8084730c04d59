import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// A process that starts as the function does in AWS, and says how long it took: what AWS Lambda
// loads before the first event and, where it is asked to, the chunks that wait for one as well.
const [, , folder, more] = process.argv;
const load = (file) => import(pathToFileURL(join(folder, file)).href);
const before = performance.now();
const { handler } = await load('index.mjs');
if (typeof handler !== 'function') throw new Error(`${folder} has no handler`);
for (const file of more ? readdirSync(folder) : []) {
  if (/^(parameter-store|undici-client)-\w+\.mjs$/.test(file)) await load(file);
}
process.stdout.write(String(performance.now() - before));
