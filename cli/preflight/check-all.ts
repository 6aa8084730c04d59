import type { Preflight } from '../../lambda/preflight/preflight.ts';
import type { Clients } from '../aws/clients.ts';
import { explain } from '../aws/explain.ts';
import { type FoundSecret, requireFunction } from '../aws/find-secret.ts';
import { listSecrets, NO_SECRET, UNTAGGED } from '../aws/list-secrets.ts';
import { mapConcurrently } from '../concurrency.ts';
import type { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { COLUMNS, plainText, type Terminal, wrap, wrapHint } from '../terminal.ts';
import { areLockedOut, drawChecks, exitCodeOf } from './checks-table.ts';
import { runPreflight } from './run-preflight.ts';

// Each preflight logs in to every cluster, and uses one of the function's concurrent executions.
const INVOCATIONS_MAX = 4;

/** The preflight of a secret, or why it could not run. */
type Checked = { secret: FoundSecret } & (
  | { result: Preflight; failure?: undefined }
  | { result?: undefined; failure: Failure }
);

/** Checks all secrets with the user tag, and shows what is not well. */
export async function checkAll(session: Session, clients: Clients): Promise<number> {
  const { values, terminal, progress, signal } = session;
  const secrets = await listSecrets(clients);
  let done = 0;
  const checked = await mapConcurrently(secrets, INVOCATIONS_MAX, async (secret) => {
    const one = await check(secret, secrets, clients, signal);
    done += 1;
    progress.status(`${done} of ${secrets.length} secrets are checked`);
    return one;
  });
  progress.status('');
  const lines = values.json ? [toJson(checked)] : draw(checked, terminal.paint);
  for (const line of lines) terminal.line(line);
  const codes = checked.map(({ result, failure }) =>
    failure === undefined ? exitCodeOf(result) : failure.exitCode,
  );
  // A rotation that would fail is worse than a preflight that could not run.
  return [1, 2].find((code) => codes.includes(code)) ?? 0;
}

async function check(
  secret: FoundSecret,
  secrets: FoundSecret[],
  clients: Clients,
  signal: AbortSignal,
): Promise<Checked> {
  try {
    const list = async () => secrets;
    return { secret, result: await runPreflight(secret, requireFunction(secret), clients, list) };
  } catch (error) {
    signal.throwIfAborted();
    return { secret, failure: explain(error) };
  }
}

function toJson(checked: Checked[]): string {
  const ok = checked.every(({ result }) => result?.ok);
  const secrets = checked.map(({ secret: { name, arn }, result, failure }) => {
    const { code, message, hint } = failure ?? {};
    return { name, arn, ...result, ...(failure && { ok: false, error: { code, message, hint } }) };
  });
  return JSON.stringify({ ok, secrets });
}

function draw(checked: Checked[], paint: Terminal['paint']): string[] {
  if (checked.length === 0) return [NO_SECRET];
  const failed = checked.filter(({ result }) => result?.ok === false).length;
  const unchecked = checked.filter(({ failure }) => failure !== undefined).length;
  const all = `${checked.length} secret${checked.length === 1 ? '' : 's'}`;
  const lockedOut = checked.filter(({ result }) => areLockedOut(result?.checks ?? [])).length;
  const bad = [
    ...(lockedOut > 0 ? [`${lockedOut} of ${all}: applications cannot log in now.`] : []),
    ...(failed > 0 ? [`${failed} of ${all}: the next rotation would fail.`] : []),
    ...(unchecked > 0 ? [`${unchecked} of ${all} could not be checked.`] : []),
  ];
  const verdicts = bad.length > 0 ? bad : [`${all}: the next rotation can go ahead.`];
  const lines = verdicts.map((verdict) => paint('bold', verdict));
  return [...checked.flatMap((one) => drawOne(one, paint)), UNTAGGED, ...lines];
}

function drawOne({ secret, result, failure }: Checked, paint: Terminal['paint']): string[] {
  const heads = wrap(plainText(secret.name), COLUMNS).map((line) => paint('bold', line));
  if (failure !== undefined) {
    const { message, hint } = failure;
    return [
      ...heads,
      ...wrap(plainText(message), COLUMNS),
      ...wrapHint(`→ ${plainText(hint)}`, COLUMNS),
      '',
    ];
  }
  const checks = result?.checks ?? [];
  const bad = checks.filter(({ status }) => status !== 'pass');
  const passed = `${checks.length - bad.length} of ${checks.length} checks pass`;
  return [...heads, ...drawChecks(bad, paint), passed, ''];
}
