import { DAY_MS } from '../../lambda/clock.ts';
import type { Clients } from '../aws/clients.ts';
import { explain } from '../aws/explain.ts';
import { type FoundSecret, findSecret } from '../aws/find-secret.ts';
import { type LastError, lastErrors } from '../aws/last-errors.ts';
import { listSecrets } from '../aws/list-secrets.ts';
import { readVersionDates, type VersionDates } from '../aws/version-dates.ts';
import { mapConcurrently } from '../concurrency.ts';
import type { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { byUrgency, type SecretStatus, statusOf } from './secret-status.ts';

/** The secrets, and what could not be read about them. */
export type Statuses = {
  secrets: SecretStatus[];
  notes: string[];
  /** Whether `--errors` could not read a log: a secret without a problem may have one. */
  isLogMissing: boolean;
};

// Fewer than AWS allows in a second; a call takes a tenth of one.
const CALLS_MAX = 8;
// AWS bills a query by what it scans: an older error is no news.
const ERRORS_SINCE_MS = 7 * DAY_MS;

/** Reads all secrets, or that of `--secret`. Reads no value. */
export async function readStatuses(session: Session, clients: Clients): Promise<Statuses> {
  const { values, progress } = session;
  const found =
    values.secret === undefined
      ? await listSecrets(clients)
      : [await findSecret(session.values.secret, clients)];
  const notes: string[] = [];
  progress.status(`reading the dates of ${found.length} secrets`);
  const dates = await mapConcurrently(found, CALLS_MAX, (secret) =>
    readVersionDates(secret, clients).catch(
      noted<VersionDates>(session, 'password ages', notes, new Map()),
    ),
  );
  const logNotes: string[] = [];
  const errors = values.errors ? await readErrors(found, session, clients, logNotes) : undefined;
  progress.status('');
  const now = Date.now();
  const isLogRead = values.errors === true;
  const secrets = found.map((secret, index) =>
    statusOf(secret, dates[index] ?? new Map(), {
      now,
      isLogRead,
      errors: errors?.get(secret.arn) ?? [],
    }),
  );
  return {
    secrets: secrets.sort(byUrgency),
    notes: [...new Set([...notes, ...logNotes])],
    isLogMissing: logNotes.length > 0,
  };
}

/** Reads the last errors of each secret from the log of its function: another one may be old. */
async function readErrors(
  found: FoundSecret[],
  session: Session,
  clients: Clients,
  notes: string[],
): Promise<ReadonlyMap<string, LastError[]>> {
  const functions = new Set(found.flatMap(({ functionArn }) => functionArn ?? []));
  session.progress.status(`searching the logs of ${functions.size} functions`);
  const since = Date.now() - ERRORS_SINCE_MS;
  const logs = await mapConcurrently([...functions], CALLS_MAX, async (functionArn) => {
    const errors = await lastErrors(clients, functionArn, since).catch(
      noted<ReadonlyMap<string, LastError[]>>(session, 'last errors', notes, new Map()),
    );
    return [functionArn, errors] as const;
  });
  const byFunction = new Map(logs);
  const errorsOf = ({ arn, functionArn = '' }: FoundSecret) =>
    byFunction.get(functionArn)?.get(arn);
  return new Map(found.map((secret) => [secret.arn, errorsOf(secret) ?? []]));
}

/** Returns a handler that notes what is missing, so that the rest is still shown. */
function noted<Result>(
  { signal }: Session,
  what: string,
  notes: string[],
  otherwise: Result,
): (error: unknown) => Result {
  return (error) => {
    signal.throwIfAborted();
    const { message, hint }: Failure = explain(error);
    notes.push(`${what} are incomplete: ${message}; ${hint}`);
    return otherwise;
  };
}
