import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { certificatesIn } from '../../lambda/certificate.ts';
import { parseEndpoint } from '../../lambda/endpoint.ts';
import { openTerminal } from '../sandbox/terminal.ts';
import { type Target, withBench } from './bench.ts';
import { LOGIN_TRIALS } from './login-trials.ts';
import { PASSWORD_TRIALS } from './password-trials.ts';
import { drawReport, type Row } from './report.ts';
import { openRest } from './rest.ts';
import { ask } from './trial.ts';

const PASSWORD_VARIABLE = 'REDIS_ENTERPRISE_PASSWORD';

const USAGE = `usage: npm run conformance -- --api https://host:9443 --admin NAME [--ca FILE]
       [--server-name NAME] [--database host:port [--plain]] [--json]
The admin's password is asked for, or taken from ${PASSWORD_VARIABLE}.
It makes users named rotation-conformance-*, tries the password API on them, and
removes them. --plain: the database speaks no TLS.`;

/** Tries the function's assumptions on a cluster; `left` names users that could not be removed. */
export async function conform(
  target: Target,
  signal?: AbortSignal,
): Promise<{ rows: Row[]; left: string[] }> {
  const rows: Row[] = [];
  const left = await withBench(target, async (bench) => {
    for (const trial of [...PASSWORD_TRIALS, ...LOGIN_TRIALS]) {
      // Whoever breaks it off gets what there is, and the users are removed all the same.
      if (signal?.aborted) continue;
      const row = await ask(trial, bench);
      rows.push(row);
      // Whatever its version says: an admin of such a cluster would change itself.
      if (row.id === 'whose-password' && row.observed === 'its own') bench.generation = 'B';
    }
  });
  return { rows, left };
}

async function readOptions(): Promise<{ target: Target; json: boolean }> {
  const { values } = parseArgs({
    options: {
      api: { type: 'string' },
      admin: { type: 'string' },
      ca: { type: 'string' },
      'server-name': { type: 'string' },
      database: { type: 'string' },
      plain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { api, admin, ca, 'server-name': serverName, database, plain: isPlain, json } = values;
  const isApi = api !== undefined && URL.canParse(api) && new URL(api).protocol === 'https:';
  if (!isApi || !admin) throw new Error('give --api https://host:9443 and --admin');
  const caCertificate = ca === undefined ? undefined : readFileSync(ca, 'utf8');
  if (caCertificate !== undefined && certificatesIn(caCertificate).length === 0) {
    throw new Error(`--ca ${ca} has no PEM certificate`);
  }
  const endpoint = database === undefined ? undefined : parseEndpoint(database);
  if (database !== undefined && endpoint === undefined) {
    throw new Error(`--database is ${database}, allowed is host:port`);
  }
  const password = process.env[PASSWORD_VARIABLE] || (await askPassword(admin));
  const target: Target = {
    rest: openRest(new URL(api).origin, { caCertificate, serverName }),
    admin: { name: admin, password },
    caCertificate,
    serverName,
    database: endpoint && { ...endpoint, isPlain },
  };
  return { target, json };
}

/** Asks at the terminal, without showing what is typed. */
async function askPassword(admin: string): Promise<string> {
  process.stderr.write(`password of ${admin}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const password = await lines.question('');
  lines.close();
  process.stderr.write('\n');
  return password;
}

async function main(): Promise<void> {
  const { target, json } = await readOptions();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { rows, left } = await conform(target, stop.signal);
  const { line, paint } = openTerminal(process.stdout);
  const differ = rows.filter(({ verdict }) => verdict === 'differs').length;
  const shown = [
    ...drawReport(rows, paint),
    '',
    paint('bold', `${rows.length} questions, ${differ} answered otherwise than assumed.`),
  ];
  for (const text of json ? [JSON.stringify({ rows, left })] : shown) line(text);
  if (left.length > 0) process.stderr.write(`remove these users by hand: ${left.join(', ')}\n`);
  process.exitCode = differ === 0 && left.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
    process.exitCode = 2;
  });
}
