import { always, type Explained, holders, type Step } from './explained.ts';
import { create, move, put, T1, T2, T3 } from './secret-calls.ts';

const PAGE = "UpdateSecretVersionStage's page";

/** Returns what UpdateSecretVersionStage names, and which version had the label before. */
function moved({ call: { operation, input }, before }: Step) {
  const { VersionStage: label = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
  if (operation !== 'UpdateSecretVersionStage') return undefined;
  return { label, to, from, at: holders(before, label)[0] };
}

type Moved = NonNullable<ReturnType<typeof moved>>;

const when = (test: (move: Moved, step: Step) => boolean) => (step: Step) => {
  const move = moved(step);
  return move !== undefined && test(move, step);
};

/** What moto does differently in UpdateSecretVersionStage. */
export const EXPLAINED_MOVES: Explained[] = [
  {
    name: 'a label is added to a second version',
    source: `${PAGE}: RemoveFromVersionId is required if another version has the label`,
    when: when(
      ({ label, to, from, at }) => label !== 'AWSCURRENT' && at !== undefined && to !== at && !from,
    ),
    covers: always,
    example: [
      create(T1, 'value 1'),
      move('MINE', T1),
      put(T2, 'value 2', ['LIVE-1']),
      move('MINE', T2),
    ],
  },
  {
    name: 'AWSCURRENT to the version that has it requires RemoveFromVersionId',
    source: `${PAGE}: it is required only if a different version has the label`,
    when: when(({ label, to, from, at }) => label === 'AWSCURRENT' && to === at && !from),
    covers: always,
    example: [create(T1, 'value 1'), move('AWSCURRENT', T1)],
  },
  {
    name: 'a label moves from no version to no version',
    source: 'AWS does not document it; moto accepts the call, the sandbox returns an error',
    when: when(({ to, from }) => to === undefined && from === undefined),
    covers: always,
    example: [create(T1, 'value 1'), move('MINE')],
  },
  {
    name: 'the message for a version without the label',
    source: `${PAGE}: "the operation fails", not with what`,
    when: when(({ from, at }) => from !== undefined && from !== at),
    covers: ({ path }) => path === 'message',
    example: [create(T1, 'value 1'), move('MINE', T1, T1)],
  },
  {
    name: 'an absent version',
    source: `${PAGE} has ResourceNotFoundException; moto has removed the label by then`,
    when: when(({ to }, { known }) => to !== undefined && !known.has(to)),
    covers: always,
    example: [create(T1, 'value 1'), move('MINE', T2)],
  },
  {
    name: 'AWSCURRENT is removed',
    source: 'AWS documents no secret with values and without AWSCURRENT; moto allows it',
    when: when(({ label, to, from }) => label === 'AWSCURRENT' && !to && from !== undefined),
    covers: always,
    example: [create(T1, 'value 1'), move('AWSCURRENT', undefined, T1)],
  },
  {
    name: 'AWSCURRENT from a version to itself removes AWSPREVIOUS',
    source: `${PAGE}: AWSPREVIOUS follows AWSCURRENT when it moves; here it does not move`,
    when: when(({ label, to, from }) => label === 'AWSCURRENT' && to === from),
    covers: ({ label }) => label === 'AWSPREVIOUS',
    example: [create(T1, 'value 1'), put(T2, 'value 2'), move('AWSCURRENT', T2, T2)],
  },
  {
    name: 'AWSCURRENT moves although no version has it',
    source: 'moto: update_secret_version_stage, an IndexError',
    when: when((_, { moto }) => moto.status === 500),
    covers: always,
    example: [create(T1), move('AWSCURRENT', T3)],
  },
];
