import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Starts as the function does on AWS, and prints the milliseconds. It loads what AWS Lambda loads
// before the first event and, with a second argument, the chunks that load with the first call.
const [, , folder, more] = process.argv;
const load = (file) => import(pathToFileURL(join(folder, file)).href);
const before = performance.now();
const { handler } = await load('index.mjs');
if (typeof handler !== 'function') throw new Error(`${folder} has no handler`);
for (const file of more ? readdirSync(folder) : []) {
  if (/^(parameter-store|undici-client)-\w+\.mjs$/.test(file)) await load(file);
}
process.stdout.write(String(performance.now() - before));
