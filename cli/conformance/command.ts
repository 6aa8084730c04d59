import { errorCode } from '../../lambda/errors.ts';
import { Failure } from '../failure.ts';
import { askLine } from '../prompt.ts';
import type { Session } from '../session.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { AdminRejected, type Target } from './cluster/admin.ts';
import { createApiClient } from './cluster/api.ts';
import { type Options, readOptions } from './options.ts';
import { drawReport, summary } from './report.ts';
import { conform, type Outcome } from './run.ts';
import { TRIALS } from './trials/all.ts';
import { DEFAULT_USER_TRIALS } from './trials/default-user.ts';

// As long as the function waits for a password to reach every proxy.
const PROPAGATION_MAX_MS = 30_000;

async function targetOf(options: Options, signal: AbortSignal): Promise<Target> {
  const { api, admin, caCertificate, serverName, database, defaultUser, expired } = options;
  const password = options.password ?? (await askPassword(admin, signal));
  return {
    api,
    sendRequest: createApiClient(api, { caCertificate, serverName }),
    admin: { name: admin, password },
    caCertificate,
    serverName,
    database,
    defaultUser,
    expired,
    propagationMs: PROPAGATION_MAX_MS,
    clock: SYSTEM_CLOCK,
  };
}

async function askPassword(admin: string, signal: AbortSignal): Promise<string> {
  const text = `password of ${admin}: `;
  const password = await askLine({ text, signal, isSecret: true });
  if (password !== '') return password;
  const hint = 'type it, or set REDIS_ENTERPRISE_PASSWORD';
  throw new Failure(2, 'password_missing', `the password of ${admin} is empty`, hint);
}

const OPENED_HINT = 'set its password in the Cluster Manager';
const OPTIONS_HINT = 'check --api, --admin, --ca and --server-name';

// Node.js would name options of its own.
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function notRun(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AdminRejected) return new Failure(2, 'not_run', message, error.hint);
  if (UNTRUSTED.has(errorCode(error) ?? '')) {
    const hint = 'add --ca with the certificate of the cluster, or of the CA that signed it';
    return new Failure(2, 'not_run', `the certificate is not trusted: ${errorCode(error)}`, hint);
  }
  return new Failure(2, 'not_run', message, OPTIONS_HINT);
}

/** Returns the failure of a run that ended early. */
function endedEarly(message: string, outcome: Outcome): Failure {
  const report = reportOf(outcome);
  if (!outcome.isOpened) return new Failure(2, 'not_run', message, OPTIONS_HINT, report);
  return new Failure(1, 'database_unprotected', message, OPENED_HINT, report);
}

/** Returns what `--json` prints. If the run ended early, the document also has the error. */
function reportOf({ rows, left, leftPasswords, ended }: Outcome) {
  return { rows, left, leftPasswords, ended };
}

function warnOfLeft({ left, leftPasswords }: Outcome): void {
  if (leftPasswords > 0) {
    process.stderr.write(
      `${leftPasswords} random passwords of the default user may be left\n` +
        'hint: set its password again in the Cluster Manager, or with PUT ' +
        '/v1/bdbs/{uid}/passwords, which deletes all others\n',
    );
  }
  if (left.length === 0) return;
  process.stderr.write(
    `these users may be left: ${left.join(', ')}\n` +
      'hint: delete them in the Cluster Manager (Access Control, Users), or with DELETE ' +
      '/v1/users/{uid}\n',
  );
}

/** Runs the trials. Returns 1 if a cluster differs, or a test user or a password may be left. */
export async function run(session: Session): Promise<number> {
  const { values, environment, terminal, signal, afterSignal } = session;
  const options = readOptions(values, environment);
  const added = options.defaultUser === undefined ? 'users' : 'passwords';
  signal.addEventListener('abort', () => {
    process.stderr.write(`${signal.reason}: deleting the test ${added} first\n`);
  });
  const target = await targetOf(options, signal);
  const outcome = await conform(target, {
    signal,
    // A run takes minutes: a terminal shows its progress.
    onRow: ({ id }) => {
      if (process.stderr.isTTY) process.stderr.write(`${id}\n`);
    },
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw notRun(error);
  });
  const { length } = options.defaultUser === undefined ? TRIALS : DEFAULT_USER_TRIALS;
  const { rows, left, leftPasswords, ended } = outcome;
  const { line, paint } = terminal;
  const isFailed = ended !== undefined && !signal.aborted;
  const table = [...drawReport(rows, paint), '', paint('bold', summary(rows, length))];
  if (!options.json) for (const text of table) line(text);
  else if (!isFailed) line(JSON.stringify(reportOf(outcome)));
  warnOfLeft(outcome);
  if (outcome.isOpened && ended !== undefined) afterSignal(ended, `hint: ${OPENED_HINT}`);
  signal.throwIfAborted();
  if (isFailed) throw endedEarly(ended, outcome);
  const differs = rows.some(({ verdict }) => verdict === 'differs');
  return differs || left.length + leftPasswords > 0 ? 1 : 0;
}
