import { retry } from '../clock.ts';
import { RotationError, type RotationErrorCode } from '../errors.ts';
import type { RotationEvent, RotationStep } from '../event.ts';
import {
  CURRENT,
  expiresLabels,
  findVersion,
  hasLabel,
  isLive,
  PENDING,
  type SecretState,
  type Version,
  versionWithLabel,
} from './labels.ts';
import { describeSecret, type Secret, STALE_READ_WAITS_MS } from './secrets-manager.ts';

/** What a step must do. `clean-up`: only what follows the move of AWSCURRENT. */
type StepDecision =
  | { kind: 'proceed'; current: Version; pending: Version }
  | { kind: 'clean-up' | 'done' }
  | { kind: 'error'; code: RotationErrorCode; what: string };

/** Decides whether a step may run, in the order of AWS's own templates and then of the ledger. */
export function decideStep(state: SecretState, step: RotationStep, token: string): StepDecision {
  const current = versionWithLabel(state, CURRENT);
  const pending = findVersion(state, token);
  if (!state.rotationEnabled) return failed('rotation_not_enabled', 'rotation is not enabled');
  if (pending === undefined) {
    return failed(
      'token_not_staged',
      'no version with a staging label has the id ClientRequestToken',
    );
  }
  if (current === undefined) return failed('current_missing', 'no version has AWSCURRENT');
  if (current === pending) return { kind: step === 'finishSecret' ? 'clean-up' : 'done' };
  if (!hasLabel(pending, PENDING)) {
    return failed('token_not_pending', 'the version of ClientRequestToken has no AWSPENDING');
  }
  if (step === 'testSecret') return { kind: 'proceed', current, pending };
  if (expiresLabels(pending).length > 0) {
    // Its password may be deleted at any moment: an interrupted POST may arrive after that.
    const what = 'the version with AWSPENDING has an EXPIRES label: it was abandoned before';
    return failed('pending_not_created', what);
  }
  if (step !== 'createSecret' && !isLive(pending)) {
    const what = 'the version with AWSPENDING has no LIVE label: createSecret did not write it';
    return failed('pending_not_created', what);
  }
  return { kind: 'proceed', current, pending };
}

function failed(code: RotationErrorCode, what: string): StepDecision {
  return { kind: 'error', code, what };
}

type CheckedStep = { state: SecretState } & Exclude<StepDecision, { kind: 'error' }>;

/** The labels that a step has read, with the two versions of the rotation. */
export type StepState = Extract<CheckedStep, { kind: 'proceed' }>;

/**
 * Reads the labels and decides whether a step may run. Reads them again before it throws an error:
 * they may be stale.
 */
export async function checkStep(
  { Step, ClientRequestToken }: RotationEvent,
  secret: Secret,
): Promise<CheckedStep> {
  const attempt = async () => {
    const state = await describeSecret(secret);
    return { state, ...decideStep(state, Step, ClientRequestToken) };
  };
  const isFinal = ({ kind }: StepDecision) => kind !== 'error';
  const checked = await retry(STALE_READ_WAITS_MS, secret, attempt, isFinal);
  if (checked.kind === 'error') throw new RotationError(checked.code, checked.what);
  return checked;
}
