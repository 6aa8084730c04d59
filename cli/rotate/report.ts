import { REPLACING, versionWithLabel } from '../../lambda/secret/labels.ts';
import type { Clients } from '../aws/clients.ts';
import { explain } from '../aws/explain.ts';
import { type FoundSecret, findSecret, requireFunction } from '../aws/find-secret.ts';
import { isOfRotation, type LastError, lastErrors } from '../aws/last-errors.ts';
import type { Session } from '../session.ts';
import { COLUMNS, plainText, wrapHint } from '../terminal.ts';
import type { End } from './watch-rotation.ts';

type Rotation = {
  session: Session;
  clients: Clients;
  started: number;
  token: string;
  /** Whether an error is on the screen already. */
  hasShown: (error: LastError) => boolean;
};

const NOT_REPLACED =
  'Leaked passwords may be valid: no replace-all has succeeded. Run replace-all again.';

const OUTCOMES: Record<End, string> = {
  succeeded: 'The rotation succeeded. `status` shows which replaced passwords may be valid.',
  abandoned: 'The rotation was abandoned: its version has no AWSPENDING any more.',
  unfinished: 'The rotation has not finished: AWS retries it. `status` shows when it ends.',
};

/** Prints how a rotation ended, and why if the function's log says so. Returns the exit code. */
export async function reportEnd(
  outcome: End,
  secret: FoundSecret,
  { session, clients, started, token, hasShown }: Rotation,
): Promise<number> {
  const { values, terminal } = session;
  const isDone = outcome === 'succeeded';
  const lastError = isDone ? undefined : await findError(secret, session, clients, started);
  const after = isDone ? await findSecret(secret.arn, clients).catch(() => secret) : secret;
  const lines = values.json
    ? [toJson(token, outcome, lastError)]
    : [
        terminal.paint(isDone ? 'green' : 'red', OUTCOMES[outcome]),
        ...(versionWithLabel(after, REPLACING) ? [NOT_REPLACED] : []),
        ...(lastError && !hasShown(lastError) ? describeError(lastError) : []),
      ];
  for (const line of lines) terminal.line(line);
  return isDone ? 0 : 1;
}

function toJson(versionId: string, outcome: End, lastError: LastError | undefined): string {
  const { code, message, hint } = lastError ?? {};
  const error = lastError === undefined ? null : { code, message, hint };
  return JSON.stringify({ versionId, outcome, lastError: error });
}

/** Returns the lines about an error. */
export function describeError({ step, code, message, hint }: LastError): string[] {
  const texts = [`last error in ${step}: ${code}: ${message}`, `→ ${hint}`];
  return texts.flatMap((text) => wrapHint(plainText(text), COLUMNS));
}

async function findError(
  secret: FoundSecret,
  { progress, signal }: Session,
  clients: Clients,
  since: number,
): Promise<LastError | undefined> {
  progress.status("searching the function's log");
  try {
    const errors = await lastErrors(clients, requireFunction(secret), since);
    const found = errors.get(secret.arn)?.find(isOfRotation);
    if (found === undefined) progress.line("the function's log has no error of this rotation yet");
    return found;
  } catch (error) {
    signal.throwIfAborted();
    progress.line(plainText(`the function's log cannot be read: ${explain(error).message}`));
    return undefined;
  } finally {
    progress.status('');
  }
}
