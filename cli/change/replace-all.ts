import { setTimeout } from 'node:timers/promises';
import { type RotationErrorCode, UNCHANGED } from '../../lambda/errors.ts';
import { CURRENT, hasLabel, REPLACING, versionWithLabel } from '../../lambda/secret/labels.ts';
import { type Clients, openClients } from '../aws/clients.ts';
import { type FoundSecret, findSecret, requireFunction } from '../aws/find-secret.ts';
import { invoke } from '../aws/invoke.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { COLUMNS, plainText, wrap, wrapHint } from '../terminal.ts';
import { confirmUser } from './confirm.ts';
import { readVersionIds } from './version-ids.ts';

// A run that is interrupted needs a second one, and one beside another operator a third.
const RUNS_MAX = 3;
// AWSCURRENT moved between the reads of a run.
const MOVED: RotationErrorCode = 'secret_value_changed';
// Reads of labels may be seconds behind.
const RUN_WAIT_MS = 5_000;

/** Replaces all passwords of the user. Returns 0; every failure is thrown. */
export async function run(session: Session): Promise<number> {
  const clients = openClients(session);
  const secret = await findSecret(session.values.secret, clients);
  const functionName = requireFunction(secret);
  const Confirm = await confirmUser(session, secret, [
    'One new password replaces ALL passwords of the user, on every cluster, immediately.',
    'Every application is LOCKED OUT until it reads the secret again.',
    'A running rotation is cancelled.',
  ]);
  session.afterSignal(
    'replace-all goes on in AWS Lambda. After 15 minutes, run `status --secret ID`. If AGE is ' +
      'older than this run, or no replace-all has succeeded, run replace-all again.',
  );
  const event = { Step: 'replaceAll', SecretId: secret.arn, Confirm };
  const runs = await runUntilDone(session, clients, async () => {
    readVersionIds(await invoke(clients, functionName, event), functionName, ['versionId']);
  });
  const lines = session.values.json ? [JSON.stringify({ ok: true, runs })] : drawDone();
  for (const line of lines) session.terminal.line(line);
  return 0;
}

function drawDone(): string[] {
  const done = 'The user has one password: that of AWSCURRENT. Restart the applications.';
  const listed =
    'Until reconcile removes their labels, `status` still lists the replaced passwords. They are ' +
    'no longer valid.';
  const open =
    'Connections that are open now stay open, also those with a leaked password. To close them, ' +
    'do steps 5 to 7 of docs/guides/after-a-leak.md.';
  return [done, listed, open].flatMap((text) => wrap(text, COLUMNS));
}

/** Runs it again while AWSCURRENT may be rejected; returns the number of runs. */
async function runUntilDone(
  session: Session,
  clients: Clients,
  invokeOnce: () => Promise<void>,
): Promise<number> {
  const { progress, signal } = session;
  for (let number = 1; ; number += 1) {
    progress.status(`run ${number} of at most ${RUNS_MAX}: up to 15 minutes`);
    try {
      await invokeOnce();
      progress.line(`run ${number}: succeeded`);
      return number;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // The command prints the error with which it ends.
      if (number === RUNS_MAX || !(await isCutOff(error, session, clients))) throw error;
      const { code, message, hint } = error;
      const text = `run ${number}: ${code}: ${message}; hint: ${hint}`;
      for (const line of wrapHint(plainText(text), COLUMNS)) progress.line(line);
    }
    await setTimeout(RUN_WAIT_MS, undefined, { signal });
  }
}

/**
 * Whether a run stopped where only another run helps: AWSCURRENT moved meanwhile, or a cluster may
 * have a password that is not AWSCURRENT yet. If a cluster is down, another run would lock the
 * applications out once more and change nothing there.
 */
async function isCutOff(failure: Failure, session: Session, clients: Clients): Promise<boolean> {
  if (failure.exitCode === 2 || failure.message.startsWith(UNCHANGED)) return false;
  if (failure.code === MOVED) return true;
  const secret: FoundSecret = await findSecret(session.values.secret, clients);
  const replacing = versionWithLabel(secret, REPLACING);
  return replacing !== undefined && !hasLabel(replacing, CURRENT);
}
