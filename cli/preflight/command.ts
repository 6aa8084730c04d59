import { LOCKED_OUT } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { type Clients, openClients } from '../aws/clients.ts';
import { findSecret, requireFunction } from '../aws/find-secret.ts';
import { listSecrets } from '../aws/list-secrets.ts';
import { UsageError } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { checkAll } from './check-all.ts';
import { areLockedOut, drawChecks, exitCodeOf } from './checks-table.ts';
import { runPreflight } from './run-preflight.ts';

/** Checks one secret, or all. Returns 1 if a rotation would fail, or AWSCURRENT is rejected. */
export async function run(session: Session): Promise<number> {
  const { all, secret, function: name } = session.values;
  if (all && (secret !== undefined || name !== undefined)) {
    throw new UsageError('--all excludes --secret and --function');
  }
  if (!all && secret === undefined) throw new UsageError('give --secret or --all');
  const clients = openClients(session);
  return all ? checkAll(session, clients) : checkOne(session, clients);
}

async function checkOne(session: Session, clients: Clients): Promise<number> {
  const { values, terminal, progress } = session;
  const secret = await findSecret(session.values.secret, clients);
  const functionName = values.function ?? requireFunction(secret);
  progress.status('the function checks the secret');
  const result = await runPreflight(secret, functionName, clients, () => listSecrets(clients));
  progress.status('');
  const lines = values.json ? [JSON.stringify(result)] : draw(result, terminal.paint);
  for (const text of lines) terminal.line(text);
  return exitCodeOf(result);
}

function draw({ ok, checks }: Preflight, paint: Terminal['paint']): string[] {
  const verdict = ok ? 'The next rotation can go ahead.' : 'The next rotation would fail.';
  const verdicts = areLockedOut(checks) ? [LOCKED_OUT, verdict] : [verdict];
  return [...drawChecks(checks, paint), '', ...verdicts.map((one) => paint('bold', one))];
}
