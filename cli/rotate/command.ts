import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { HOUR_MS } from '../../lambda/clock.ts';
import { errorName } from '../../lambda/errors.ts';
import { shownId } from '../../lambda/secret/labels.ts';
import { pendingRotation } from '../../lambda/secret/rotation-state.ts';
import { type Clients, openClients } from '../aws/clients.ts';
import { describeDisabled, howToEnable } from '../aws/enable-rotation.ts';
import { type FoundSecret, findSecret, requireFunction } from '../aws/find-secret.ts';
import { Failure, UsageError } from '../failure.ts';
import type { Session } from '../session.ts';
import { plainText } from '../terminal.ts';
import { followErrors } from './follow-errors.ts';
import { reportEnd } from './report.ts';
import { watchRotation } from './watch-rotation.ts';

// A rotation takes seconds; with several retries on slow clusters, minutes. The help of --timeout
// names this number.
const TIMEOUT_SECONDS = 300;
const TIMEOUT_MAX_SECONDS = HOUR_MS / 1_000;

/** Starts a rotation and watches it. Returns 1 if it does not end in time, or is abandoned. */
export async function run(session: Session): Promise<number> {
  const { values, progress, afterSignal } = session;
  const timeoutMs = 1_000 * readTimeout(values.timeout);
  const clients = openClients(session);
  const secret = await findSecret(session.values.secret, clients);
  requireFunction(secret);
  requireRotation(secret);
  const started = Date.now();
  const token = await startRotation(session, clients, secret);
  const goesOn = 'the rotation goes on in AWS: `status --secret ID` shows it';
  afterSignal(goesOn);
  const { onWait, hasShown } = followErrors(secret, session, clients, goesOn);
  const end = await watchRotation(secret, token, { session, clients, timeoutMs, onWait });
  progress.status('');
  return reportEnd(end, secret, { session, clients, started, token, hasShown });
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return TIMEOUT_SECONDS;
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= TIMEOUT_MAX_SECONDS) return seconds;
  throw new UsageError(`--timeout is ${text}, allowed is 1 to ${TIMEOUT_MAX_SECONDS} seconds`);
}

/** RotateSecret enables rotation. An operator may have paused it on purpose. */
function requireRotation(secret: FoundSecret): void {
  if (secret.rotationEnabled) return;
  const message = `nothing was changed in ${plainText(secret.name)}: ${describeDisabled(secret)}`;
  const hint = howToEnable(secret);
  throw new Failure(1, 'rotation_not_enabled', message, hint);
}

/** Starts a rotation, or lets AWS retry the one that has not finished; returns its VersionId. */
async function startRotation(
  session: Session,
  clients: Clients,
  secret: FoundSecret,
): Promise<string> {
  const { secretsManager, callOptions } = clients;
  try {
    const command = new RotateSecretCommand({ SecretId: secret.arn });
    const { VersionId = '' } = await secretsManager.send(command, callOptions);
    session.progress.line(plainText(`a rotation started: its version is ${VersionId}`));
    return VersionId;
  } catch (error) {
    if (errorName(error) !== 'InvalidRequestException') throw error;
    const pending = pendingRotation(await findSecret(session.values.secret, clients));
    if (pending === undefined) throw error;
    const text = `a rotation was running already: AWS retries it, version ${shownId(pending.id)}`;
    session.progress.line(plainText(text));
    return pending.id;
  }
}
