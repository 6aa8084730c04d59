import { FIRST_ID, type Labels, type Operation, type Seen } from './random-operations.ts';

/** An operation that the sandbox and moto did not do alike, and the labels that were before it. */
export type Difference = {
  operation: Operation;
  before: Labels;
  sandbox: Seen;
  moto: Seen;
};

const labelsOf = (before: Labels, id: string | undefined) => before[id ?? ''] ?? [];
const holderOf = (before: Labels, label: string) =>
  Object.keys(before).find((id) => labelsOf(before, id).includes(label));

const withoutEmpty = (labels: Labels = {}) =>
  JSON.stringify(Object.entries(labels).filter(([, list]) => list.length > 0));

/** Every difference that there may be: what AWS does, where that is known from, and which it is. */
export const EXPLAINED: [aws: string, source: string, isIt: (seen: Difference) => boolean][] = [
  [
    'a version without labels is not listed',
    "DescribeSecret's and ListSecretVersionIds' pages; moto's to_dict and list_secret_version_ids",
    ({ operation, sandbox, moto }) =>
      ['describe', 'list'].includes(operation.name) &&
      withoutEmpty(sandbox.labels) === withoutEmpty(moto.labels),
  ],
  [
    'a read without a label is of AWSCURRENT',
    "GetSecretValue's page; moto reads the version that it made current last, default_version_id",
    ({ operation, before, sandbox }) =>
      operation.name === 'get' &&
      operation.label === undefined &&
      operation.id === undefined &&
      [holderOf(before, 'AWSCURRENT'), undefined].includes(sandbox.id),
  ],
  [
    'a new AWSCURRENT keeps other labels where they are, moves those it names, ends AWSPENDING',
    "LocalStack's snapshots of AWS; moto's reset_default_version",
    ({ operation: { name, label, more }, sandbox, moto }) =>
      name === 'put' &&
      [label ?? 'AWSCURRENT', ...more].includes('AWSCURRENT') &&
      sandbox.error === undefined &&
      moto.error === undefined,
  ],
  [
    'a token stands for one value, also where its version has AWSPENDING',
    "PutSecretValue's page; moto's _check_with_existing_secrets_and_versions lets it be replaced",
    ({ operation: { name, id }, before }) =>
      ['put', 'create'].includes(name) && labelsOf(before, id ?? FIRST_ID).includes('AWSPENDING'),
  ],
  [
    'a label that a version has is moved only where RemoveFromVersionId names that version',
    "UpdateSecretVersionStage's page; moto asks for it with AWSCURRENT alone",
    ({ operation: { name, id, from, label = 'AWSCURRENT' }, before, sandbox }) =>
      name === 'move' &&
      from === undefined &&
      id !== holderOf(before, label) &&
      sandbox.error !== undefined,
  ],
  [
    'a label that is where it is to be needs no RemoveFromVersionId',
    "not documented for AWS; moto refuses it with AWSCURRENT, which the function's repeats may send",
    ({ operation: { name, id, from, label = 'AWSCURRENT' }, before, sandbox }) =>
      name === 'move' &&
      from === undefined &&
      id === holderOf(before, label) &&
      sandbox.error === undefined,
  ],
  [
    'an operation that names no version is refused',
    "not documented for AWS; moto's update_secret_version_stage does nothing and succeeds",
    ({ operation: { name, id, from }, sandbox, moto }) =>
      name === 'move' &&
      id === undefined &&
      from === undefined &&
      sandbox.error === 'InvalidParameterException' &&
      moto.error === undefined,
  ],
  [
    'AWSCURRENT is moved, never taken off',
    "UpdateSecretVersionStage's page; moto's update_secret_version_stage takes it off",
    ({ operation: { name, id, label = 'AWSCURRENT' }, sandbox }) =>
      name === 'move' && label === 'AWSCURRENT' && id === undefined && sandbox.error !== undefined,
  ],
  [
    'MoveToVersionId that is no version is not found, and changes nothing',
    "UpdateSecretVersionStage's errors; moto takes the label off before it refuses",
    ({ operation: { name, id }, before, sandbox, moto }) =>
      name === 'move' &&
      id !== undefined &&
      before[id] === undefined &&
      sandbox.error === 'ResourceNotFoundException' &&
      moto.error === 'InvalidParameterException',
  ],
];
