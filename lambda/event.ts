import { RotationError } from './errors.ts';

/** The four steps as AWS Secrets Manager names them on the wire. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof ROTATION_STEPS)[number];

/** What AWS Secrets Manager sends. */
export type RotationEvent = {
  Step: RotationStep;
  SecretId: string;
  /** 32 to 64 characters, not always a UUID; it is the VersionId of the pending version. */
  ClientRequestToken: string;
  RotationToken?: string;
};

/** What the schedule sends. */
export type ReconcileEvent = { Step: 'reconcile'; SecretId: string };

export type Event = RotationEvent | ReconcileEvent;

const STEPS = [...ROTATION_STEPS, 'reconcile'] as const;
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^\s]{1,1024}$/;
const TOKEN_LENGTH_MIN = 32;
const TOKEN_LENGTH_MAX = 64;

/** Checks an event; throws `event_invalid` naming the field. The tokens' values are not echoed. */
export function parseEvent(event: unknown): Event {
  if (typeof event !== 'object' || event === null) {
    throw invalid('the event is not an object');
  }
  const fields: Partial<Record<string, unknown>> = { ...event };
  const step = STEPS.find((name) => name === fields.Step);
  if (step === undefined) {
    throw invalid(`Step is ${showStep(fields.Step)}, allowed are ${STEPS.join(', ')}`);
  }
  const secretId = fields.SecretId;
  if (typeof secretId !== 'string' || !SECRET_ARN.test(secretId)) {
    const seen = secretId === undefined ? 'absent' : 'something else';
    throw invalid(`SecretId is ${seen}, allowed is the complete ARN of a secret`);
  }
  if (step === 'reconcile') return { Step: step, SecretId: secretId };
  const token = fields.ClientRequestToken;
  const length = typeof token === 'string' ? token.length : 0;
  if (typeof token !== 'string' || length < TOKEN_LENGTH_MIN || length > TOKEN_LENGTH_MAX) {
    const allowed = `a string of ${TOKEN_LENGTH_MIN} to ${TOKEN_LENGTH_MAX} characters`;
    throw invalid(`ClientRequestToken has ${length} characters, allowed is ${allowed}`);
  }
  const rotationToken = fields.RotationToken;
  const parsed: RotationEvent = { Step: step, SecretId: secretId, ClientRequestToken: token };
  if (rotationToken === undefined || rotationToken === null) return parsed;
  if (typeof rotationToken === 'string' && rotationToken !== '') {
    return { ...parsed, RotationToken: rotationToken };
  }
  throw invalid('RotationToken is not a string with characters in it');
}

// A step is shown only where it looks like one, such as AWS's own misprint `create_secret`.
function showStep(step: unknown): string {
  if (step === undefined) return 'absent';
  return typeof step === 'string' && /^[A-Za-z_]{1,24}$/.test(step) ? step : 'something else';
}

function invalid(what: string): RotationError {
  return new RotationError(
    'event_invalid',
    what,
    'let AWS Secrets Manager invoke the function, or copy the event from the README',
  );
}
