import { parseArgs } from 'node:util';
import type { Preflight } from '../lambda/preflight/preflight.ts';
import { drawChecks } from './preflight/checks-table.ts';
import { preflightDeployed } from './preflight/deployed.ts';
import { preflightSandbox } from './preflight/sandbox.ts';
import { openTerminal } from './terminal.ts';

const USAGE =
  'usage: npm run preflight -- --function NAME --secret ID [--json]\n' +
  '       npm run preflight -- --local [--json]';

/** Reads the command line; undefined for `--help`. */
function readOptions(): { run: () => Promise<Preflight>; json: boolean } | undefined {
  const { values } = parseArgs({
    options: {
      function: { type: 'string' },
      secret: { type: 'string' },
      local: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const { function: name, secret, local, json } = values;
  if (local && name === undefined && secret === undefined) return { run: preflightSandbox, json };
  if (!local && name && secret) return { run: () => preflightDeployed(name, secret), json };
  throw new Error('give --function and --secret, or --local');
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const result = await options.run();
  const { line, paint } = openTerminal(process.stdout);
  const verdict = result.ok ? 'The next rotation can go ahead.' : 'The next rotation would fail.';
  const table = [...drawChecks(result.checks, paint), '', paint('bold', verdict)];
  for (const text of options.json ? [JSON.stringify(result)] : table) line(text);
  process.exitCode = result.ok ? 0 : 1;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  process.exitCode = 2;
});
