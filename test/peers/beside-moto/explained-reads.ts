import { always, type Difference, type Explained, SNAPSHOTS, type Step } from './explained.ts';
import { create, describe, get, list, move, put, T1, T2, T3 } from './secret-calls.ts';

const is =
  (operation: string) =>
  ({ call }: Step) =>
    call.operation === operation;
const inMotoAlone = ({ sandbox }: Difference) => sandbox === undefined;

/** How moto's replies to reads, and its replies in general, differ. */
export const EXPLAINED_READS: Explained[] = [
  {
    name: 'an absent secret is 404',
    source: `AWS returns 400: ${SNAPSHOTS}, test_get_secret_value_errors, test_secret_not_found`,
    when: ({ sandbox, moto }) => sandbox.status === 400 && moto.status === 404,
    covers: ({ path }) => path === 'status',
    example: [get()],
  },
  {
    name: 'the key of an error is message',
    source: `AWS uses Message: ${SNAPSHOTS}, test_no_client_request_token`,
    when: ({ sandbox, moto }) => sandbox.status !== 200 && moto.status !== 200,
    covers: ({ path }) => path === 'spelling of message',
    example: [get()],
  },
  {
    name: 'labels are in the order of their creation, and some twice',
    source: `AWS sorts them: ${SNAPSHOTS}, test_non_versioning_version_stages_replacement`,
    when: always,
    covers: ({ path }) => path.startsWith('order of '),
    example: [create(T1, 'value 1'), put(T2, 'value 1', ['MINE', 'LIVE-1'])],
  },
  {
    name: 'an absent label is an absent secret',
    source: `AWS names the label: ${SNAPSHOTS}, test_secret_version_not_found`,
    when: ({ call: { operation, input } }) =>
      operation === 'GetSecretValue' && input.VersionStage !== undefined && !input.VersionId,
    covers: ({ path }) => path === 'message',
    example: [create(T1, 'value 1'), get(undefined, 'AWSPENDING')],
  },
  {
    name: 'a read without a label is stale',
    source: "GetSecretValue's page: AWSCURRENT by default; moto: models.py, default_version_id",
    when: ({ call: { operation, input }, before, motoDefault }) =>
      operation === 'GetSecretValue' &&
      input.VersionId === undefined &&
      input.VersionStage === undefined &&
      !(before.get(motoDefault ?? '') ?? '').split(' ').includes('AWSCURRENT'),
    covers: always,
    example: [
      create(T1, 'value 1'),
      put(T2, 'value 2', ['MINE']),
      move('AWSCURRENT', T2, T1),
      get(),
    ],
  },
  {
    name: 'versions without labels are described',
    source: `AWS describes labelled versions: DescribeSecret's page; moto: models.py, to_dict`,
    when: is('DescribeSecret'),
    covers: (difference) =>
      /^(order of )?VersionIdsToStages\//.test(difference.path) &&
      inMotoAlone(difference) &&
      difference.moto === '',
    example: [
      create(T1, 'value 1'),
      put(T2, 'value 1', ['MINE']),
      move('MINE', undefined, T2),
      describe(),
    ],
  },
  {
    name: "ListSecrets' member in DescribeSecret",
    source: "DescribeSecret's page has no SecretVersionsToStages; moto: models.py, to_dict",
    when: is('DescribeSecret'),
    covers: (difference) =>
      inMotoAlone(difference) && /^(order of )?SecretVersionsToStages\//.test(difference.path),
    example: [create(T1, 'value 1'), describe()],
  },
  {
    name: 'a list of versions has no keys, and has a token',
    source: `${SNAPSHOTS}, test_deprecated_secret_version_stage; moto: list_secret_version_ids`,
    when: is('ListSecretVersionIds'),
    covers: ({ path, sandbox, moto }) =>
      (/^(order of )?Versions\/\d+\/KmsKeyIds$/.test(path) && moto === undefined) ||
      (path === 'NextToken' && sandbox === undefined && moto === '') ||
      (path === 'ARN' && moto === 'the-secret'),
    example: [create(T1, 'value 1'), list()],
  },
  {
    name: 'versions without labels are listed',
    source: `AWS needs IncludeDeprecated: ${SNAPSHOTS}, test_deprecated_secret_version_stage`,
    when: is('ListSecretVersionIds'),
    covers: ({ path }, { before }) => {
      const [, id] = /^(?:order of )?Versions\/(\d+)/.exec(path) ?? [];
      return id !== undefined && !before.has(id);
    },
    example: [create(T1, 'value 1'), put(T2, 'value 2'), put(T3, 'value 1'), list()],
  },
  {
    name: 'a list of the versions of an absent secret fails',
    source: `AWS: ${SNAPSHOTS}, test_secret_not_found; moto: list_secret_version_ids, a KeyError`,
    when: ({ call, moto }) => call.operation === 'ListSecretVersionIds' && moto.status === 500,
    covers: always,
    example: [list()],
  },
];
