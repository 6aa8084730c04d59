import { expect, test } from 'vitest';
import type { RotationStep } from '../../lambda/event.ts';
import type { SecretState } from '../../lambda/secret/labels.ts';
import { decideStep } from '../../lambda/secret/step.ts';

const T = 'token-of-this-rotation-0000000001';
const A = 'version-that-is-current-000000001';

function staging(versions: Record<string, string[]>, rotationEnabled = true): SecretState {
  const list = Object.entries(versions).map(([id, labels]) => ({ id, labels }));
  return { rotationEnabled, tags: new Map(), versions: list };
}

const CREATED = { [A]: ['AWSCURRENT'], [T]: ['AWSPENDING', `LIVE-${T}`] };
const STAGED = { [A]: ['AWSCURRENT'], [T]: ['AWSPENDING'] };
const ALL: RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

type Case = [sentence: string, steps: RotationStep[], staging: SecretState, verdict: string];

const CASES: Case[] = [
  ['lets every step of a created version proceed', ALL, staging(CREATED), 'proceed'],
  [
    'lets createSecret fill the version that AWS staged',
    ['createSecret'],
    staging(STAGED),
    'proceed',
  ],
  [
    'lets testSecret run alone on a version that createSecret did not make',
    ['testSecret'],
    staging(STAGED),
    'proceed',
  ],
  [
    'refuses to set or finish a version without LIVE',
    ['setSecret', 'finishSecret'],
    staging(STAGED),
    'pending_not_created',
  ],
  [
    'does not take the LIVE label of another version for its own',
    ['setSecret', 'finishSecret'],
    staging({ [A]: ['AWSCURRENT'], [T]: ['AWSPENDING', `LIVE-${A}`] }),
    'pending_not_created',
  ],
  [
    'refuses where rotation is off, before all else',
    ALL,
    staging({}, false),
    'rotation_not_enabled',
  ],
  ['refuses a token that is not staged', ALL, staging({ [A]: ['AWSCURRENT'] }), 'token_not_staged'],
  ['refuses a secret without AWSCURRENT', ALL, staging({ [T]: ['AWSPENDING'] }), 'current_missing'],
  [
    'has nothing left to do once the token is AWSCURRENT',
    ['createSecret', 'setSecret', 'testSecret'],
    staging({ [T]: ['AWSCURRENT', 'AWSPENDING', `LIVE-${T}`] }),
    'done',
  ],
  [
    'only cleans up once the token is AWSCURRENT',
    ['finishSecret'],
    staging({ [T]: ['AWSCURRENT', `LIVE-${T}`] }),
    'clean-up',
  ],
  [
    'cleans up even if a replaceAll has not ended well',
    ['finishSecret'],
    staging({ [T]: ['AWSCURRENT'], [A]: ['REPLACING'] }),
    'clean-up',
  ],
  [
    'refuses a token that lost AWSPENDING',
    ALL,
    staging({ [A]: ['AWSCURRENT'], [T]: [`LIVE-${T}`] }),
    'token_not_pending',
  ],
  [
    'names a lost AWSPENDING beside REPLACING',
    ALL,
    staging({ [A]: ['AWSCURRENT', 'REPLACING'], [T]: [`LIVE-${T}`] }),
    'token_not_pending',
  ],
  [
    'refuses a version that was abandoned before, but for a test',
    ['createSecret', 'setSecret', 'finishSecret'],
    staging({ [A]: ['AWSCURRENT'], [T]: ['AWSPENDING', `LIVE-${T}`, `EXPIRES-1800000000-${T}`] }),
    'pending_not_created',
  ],
  [
    'goes on if a replaceAll has not ended well',
    ALL,
    staging({ ...CREATED, [A]: ['AWSCURRENT', 'REPLACING'] }),
    'proceed',
  ],
];

test.each(CASES)('the guard %s', (_sentence, steps, labels, verdict) => {
  for (const step of steps) {
    const decision = decideStep(labels, step, T);
    expect(decision.verdict === 'error' ? decision.code : decision.verdict, step).toBe(verdict);
  }
});
