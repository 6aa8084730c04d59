import { expect, test } from 'vitest';
import type { RotationStep } from '../../lambda/event.ts';
import { decideStep } from '../../lambda/secret/check-step.ts';
import type { SecretState } from '../../lambda/secret/labels.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { stateOf } from './secret-state.ts';

const TOKEN = 'token-of-this-rotation-0000000001';
const CURRENT = 'version-that-is-current-000000001';

const CREATED = { [CURRENT]: ['AWSCURRENT'], [TOKEN]: ['AWSPENDING', `LIVE-${TOKEN}`] };
const WITHOUT_LIVE = { [CURRENT]: ['AWSCURRENT'], [TOKEN]: ['AWSPENDING'] };

type Case = [name: string, steps: readonly RotationStep[], state: SecretState, kind: string];

const CASES: Case[] = [
  [
    'lets each step proceed once createSecret has written the version',
    STEPS,
    stateOf(CREATED),
    'proceed',
  ],
  [
    'lets createSecret write the version that AWS staged',
    ['createSecret'],
    stateOf(WITHOUT_LIVE),
    'proceed',
  ],
  [
    'lets testSecret run alone on a version that createSecret did not write',
    ['testSecret'],
    stateOf(WITHOUT_LIVE),
    'proceed',
  ],
  [
    'fails setSecret and finishSecret without LIVE',
    ['setSecret', 'finishSecret'],
    stateOf(WITHOUT_LIVE),
    'pending_not_created',
  ],
  [
    'ignores the LIVE label of another version',
    ['setSecret', 'finishSecret'],
    stateOf({ [CURRENT]: ['AWSCURRENT'], [TOKEN]: ['AWSPENDING', `LIVE-${CURRENT}`] }),
    'pending_not_created',
  ],
  ['fails first of all if rotation is off', STEPS, stateOf({}, false), 'rotation_not_enabled'],
  [
    'fails if the token is not staged',
    STEPS,
    stateOf({ [CURRENT]: ['AWSCURRENT'] }),
    'token_not_staged',
  ],
  ['fails without AWSCURRENT', STEPS, stateOf({ [TOKEN]: ['AWSPENDING'] }), 'current_missing'],
  [
    'has nothing to do once the token is AWSCURRENT',
    ['createSecret', 'setSecret', 'testSecret'],
    stateOf({ [TOKEN]: ['AWSCURRENT', 'AWSPENDING', `LIVE-${TOKEN}`] }),
    'done',
  ],
  [
    'only cleans up once the token is AWSCURRENT',
    ['finishSecret'],
    stateOf({ [TOKEN]: ['AWSCURRENT', `LIVE-${TOKEN}`] }),
    'clean-up',
  ],
  [
    'cleans up beside an unfinished replaceAll',
    ['finishSecret'],
    stateOf({ [TOKEN]: ['AWSCURRENT'], [CURRENT]: ['REPLACING'] }),
    'clean-up',
  ],
  [
    'fails if the token has lost AWSPENDING',
    STEPS,
    stateOf({ [CURRENT]: ['AWSCURRENT'], [TOKEN]: [`LIVE-${TOKEN}`] }),
    'token_not_pending',
  ],
  [
    'fails if the token has lost AWSPENDING to a replaceAll',
    STEPS,
    stateOf({ [CURRENT]: ['AWSCURRENT', 'REPLACING'], [TOKEN]: [`LIVE-${TOKEN}`] }),
    'token_not_pending',
  ],
  [
    'fails for a version that was abandoned before, except in testSecret',
    ['createSecret', 'setSecret', 'finishSecret'],
    stateOf({
      [CURRENT]: ['AWSCURRENT'],
      [TOKEN]: ['AWSPENDING', `LIVE-${TOKEN}`, `EXPIRES-1800000000-${TOKEN}`],
    }),
    'pending_not_created',
  ],
  [
    'proceeds beside an unfinished replaceAll',
    STEPS,
    stateOf({ ...CREATED, [CURRENT]: ['AWSCURRENT', 'REPLACING'] }),
    'proceed',
  ],
];

test.each(CASES)('the check of a step %s', (_name, steps, state, kind) => {
  for (const step of steps) {
    const decision = decideStep(state, step, TOKEN);
    expect(decision.kind === 'error' ? decision.code : decision.kind, step).toBe(kind);
  }
});
