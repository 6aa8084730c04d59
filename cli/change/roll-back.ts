import {
  CURRENT,
  expiryOf,
  hasLabel,
  isLive,
  PENDING,
  PREVIOUS,
  type Version,
} from '../../lambda/secret/labels.ts';
import { openClients } from '../aws/clients.ts';
import { findSecret, requireFunction } from '../aws/find-secret.ts';
import { invoke } from '../aws/invoke.ts';
import { formatDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { plainText } from '../terminal.ts';
import { confirmUser } from './confirm.ts';
import { readVersionIds } from './version-ids.ts';

const BACK =
  'AWSCURRENT moves back to AWSPREVIOUS, or else to the newest of these versions, if the version ' +
  'is older and every cluster accepts its password:';
const NAMED = 'AWSCURRENT moves to this version, if every cluster accepts it:';

/** Goes back to an earlier password. Returns 0; every failure is thrown. */
export async function run(session: Session): Promise<number> {
  const { values, terminal, progress, afterSignal } = session;
  const clients = openClients(session);
  const secret = await findSecret(session.values.secret, clients);
  const functionName = requireFunction(secret);
  const candidates = secret.versions.filter(isCandidate);
  const versionId = values['version-id'];
  const chosen =
    versionId === undefined ? candidates : candidates.filter(({ id }) => id === versionId);
  if (chosen.length === 0) throw nothingValid(versionId);
  const Confirm = await confirmUser(session, secret, [
    versionId === undefined ? BACK : NAMED,
    ...chosen.map((version) => `  ${nameOf(version)}, ${timeLeft(version, Date.now())}`),
    'Applications read that password again. No password is deleted: the password that is ' +
      'AWSCURRENT now stays valid for the overlap. A rotation in progress ends.',
  ]);
  afterSignal('roll-back goes on in AWS Lambda: `status --secret ID` shows the result');
  progress.status('the function verifies the password and moves AWSCURRENT');
  const event = { Step: 'rollBack', SecretId: secret.arn, Confirm, VersionId: versionId };
  const result = await invoke(clients, functionName, event);
  const names = ['versionId', 'replaced'] as const;
  const { versionId: current, replaced } = readVersionIds(result, functionName, names);
  progress.status('');
  const after = `Version ${replaced} stays valid for the overlap.`;
  const done = `AWSCURRENT is version ${current} again. ${after}`;
  const text = values.json ? JSON.stringify({ versionId: current, replaced }) : plainText(done);
  terminal.line(text);
  return 0;
}

function isCandidate(version: Version): boolean {
  return isLive(version) && !hasLabel(version, CURRENT) && !hasLabel(version, PENDING);
}

function nameOf(version: Version): string {
  return `version ${version.id}${hasLabel(version, PREVIOUS) ? ' (AWSPREVIOUS)' : ''}`;
}

function timeLeft(version: Version, now: number): string {
  const at = expiryOf(version);
  if (at === undefined) return 'no expiry yet';
  const left = at * 1_000 - now;
  return left <= 0 ? 'expired' : `valid for ${formatDuration(left)}`;
}

function nothingValid(versionId: string | undefined): Failure {
  const what = versionId === undefined ? 'no other version' : 'that version is not one that';
  const message = `${what} has a password that may still be valid, and nothing was changed`;
  const hint = 'rotate to a new password: a deleted password cannot be restored';
  return new Failure(1, 'version_not_restorable', message, hint);
}
