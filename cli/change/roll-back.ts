import { shownId } from '../../lambda/secret/labels.ts';
import { openClients } from '../aws/clients.ts';
import { findSecret, requireFunction } from '../aws/find-secret.ts';
import { invoke } from '../aws/invoke.ts';
import { readVersionDates } from '../aws/version-dates.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { COLUMNS, plainText, wrap } from '../terminal.ts';
import { confirmUser } from './confirm.ts';
import { describeVersion, findEarlierVersions } from './earlier-versions.ts';
import { readVersionIds } from './version-ids.ts';

const BACK = 'AWSCURRENT moves back to the first of these versions that every cluster accepts:';
const NAMED = 'AWSCURRENT moves to this version, if every cluster accepts it:';

/** Goes back to an earlier password. Returns 0; every failure is thrown. */
export async function run(session: Session): Promise<number> {
  const { values, terminal, progress, afterSignal } = session;
  const clients = openClients(session);
  const secret = await findSecret(session.values.secret, clients);
  const functionName = requireFunction(secret);
  const versionId = values['version-id'];
  const created = await readVersionDates(secret, clients);
  const now = Date.now();
  const chosen = findEarlierVersions(secret, versionId, created, now);
  const Confirm = await confirmUser(session, secret, [
    versionId === undefined ? BACK : NAMED,
    chosen.map((version) => describeVersion(version, created, now)),
    'Applications read that password again. The present password may stay valid until the ' +
      'overlap ends. A running rotation is cancelled.',
    'Not after a leak: then use replace-all.',
  ]);
  afterSignal('roll-back goes on in AWS Lambda: `status --secret ID` shows the result');
  progress.status('the function verifies the password and moves AWSCURRENT');
  const event = { Step: 'rollBack', SecretId: secret.arn, Confirm, VersionId: versionId };
  const result = await invoke(clients, functionName, event).catch(rejectInOwnTerms);
  const names = ['versionId', 'replaced'] as const;
  const { versionId: current, replaced } = readVersionIds(result, functionName, names);
  progress.status('');
  const after = `Version ${shownId(replaced)} may stay valid until the overlap ends.`;
  const done = `AWSCURRENT is version ${shownId(current)} again. ${after}`;
  const json = JSON.stringify({ versionId: current, replaced });
  for (const line of values.json ? [json] : wrap(plainText(done), COLUMNS)) terminal.line(line);
  return 0;
}

/** The function names the field of its event: the command has an option. */
function rejectInOwnTerms(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  const { exitCode, code, message, hint } = error;
  const inOwnTerms = (text: string) => text.replaceAll(/\bVersionId\b/g, '--version-id');
  throw new Failure(exitCode, code, inOwnTerms(message), inOwnTerms(hint));
}
