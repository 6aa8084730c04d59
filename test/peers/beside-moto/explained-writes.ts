import {
  always,
  type Difference,
  type Explained,
  holders,
  SNAPSHOTS,
  type Step,
} from './explained.ts';
import { create, move, put, T1, T2, T3 } from './secret-calls.ts';

const isLost = ({ moto }: Difference) => moto === undefined;

const holder = ({ before }: Step, label: string) => holders(before, label)[0];

function isWrite({ call }: Step): boolean {
  return ['PutSecretValue', 'CreateSecret'].includes(call.operation);
}

/** Returns whether a put adds a version that becomes AWSCURRENT. */
function isNewCurrent({ call: { operation, input }, known, moto }: Step): boolean {
  const { ClientRequestToken: token = '', VersionStages = ['AWSCURRENT'] } = input;
  const isNew = operation === 'PutSecretValue' && moto.status === 200 && !known.has(token);
  return isNew && (known.size === 0 || VersionStages.includes('AWSCURRENT'));
}

function isOverPending(step: Step): boolean {
  const { ClientRequestToken: token = '' } = step.call.input;
  return isWrite(step) && step.known.has(token) && holder(step, 'AWSPENDING') === token;
}

const isWithoutToken = (step: Step) =>
  isWrite(step) && step.call.input.ClientRequestToken === undefined;

/** What moto does differently in calls that write a value. */
export const EXPLAINED_WRITES: Explained[] = [
  {
    name: 'a put removes the labels of the version that it replaces',
    source: `AWS keeps them: ${SNAPSHOTS}, current_pending_cycle_custom_stages_2`,
    when: isNewCurrent,
    covers: (one, { motoDefault }) =>
      one.label !== undefined && isLost(one) && one.version === motoDefault,
    example: [create(T1, 'value 1'), move('MINE', T1), put(T2, 'value 2')],
  },
  {
    name: 'a put keeps AWSPENDING',
    source: `user guide, RotationAbandoned; ${SNAPSHOTS}, stages_current_pending`,
    when: isNewCurrent,
    covers: (one) => one.label === 'AWSPENDING' && !isLost(one),
    example: [create(T1, 'value 1'), put(T2, 'value 2', ['AWSPENDING']), put(T3, 'value 1')],
  },
  {
    name: 'a put of AWSCURRENT also keeps its other labels on the old version',
    source: "PutSecretValue's page: a label moves; moto: models.py, _add_secret",
    when: isNewCurrent,
    covers: (one, { call: { input } }) =>
      !isLost(one) &&
      one.version !== input.ClientRequestToken &&
      one.label !== 'AWSCURRENT' &&
      (input.VersionStages ?? []).includes(one.label ?? ''),
    example: [
      create(T1, 'value 1'),
      put(T2, 'value 2', ['MINE']),
      put(T3, 'value 1', ['AWSCURRENT', 'MINE']),
    ],
  },
  {
    name: 'a put replaces the version that was put before, not the one with AWSCURRENT',
    source: "PutSecretValue's page; moto: models.py, default_version_id",
    when: (step) => isNewCurrent(step) && step.motoDefault !== holder(step, 'AWSCURRENT'),
    covers: (one) => one.label === 'AWSCURRENT' || one.label === 'AWSPREVIOUS',
    example: [
      create(T1, 'value 1'),
      put(T2, 'value 2', ['MINE']),
      move('AWSCURRENT', T2, T1),
      put(T3, 'value 1'),
    ],
  },
  {
    name: 'AWSPREVIOUS is put together with AWSCURRENT',
    source: 'AWS documents only that AWSPREVIOUS follows AWSCURRENT',
    when: (step) =>
      isNewCurrent(step) && step.call.input.VersionStages?.includes('AWSPREVIOUS') === true,
    covers: ({ path, label }) => label === 'AWSPREVIOUS' || path === 'VersionStages',
    example: [create(T1, 'value 1'), put(T2, 'value 2', ['AWSPREVIOUS', 'AWSCURRENT'])],
  },
  {
    name: 'a repeated create returns the version that was put last',
    source: "AWS returns the token: moto's test_create_duplicate_secret_with_same_token",
    when: ({ call, motoDefault }) =>
      call.operation === 'CreateSecret' && call.input.ClientRequestToken !== motoDefault,
    covers: ({ path }) => path === 'VersionId',
    example: [create(T1, 'value 1'), put(T2, 'value 2'), create(T1, 'value 1')],
  },
  {
    name: 'a write over a version with AWSPENDING',
    source: "a version has one value: moto's test_put_different_secret_value_with_same_token",
    when: isOverPending,
    covers: always,
    ends: true,
    example: [
      create(T1, 'value 1'),
      put(T2, 'value 2', ['AWSPENDING']),
      put(T2, 'value 1', ['AWSPENDING']),
    ],
  },
  {
    name: 'a write without a token',
    source: `AWS returns an error: ${SNAPSHOTS}, test_no_client_request_token`,
    when: isWithoutToken,
    covers: always,
    ends: true,
    example: [create(T1, 'value 1'), put(undefined, 'value 1')],
  },
];
