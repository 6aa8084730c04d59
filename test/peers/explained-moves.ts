import type { Explained, Step } from './comparison.ts';
import { create, move, put, T1, T2, T3 } from './secret-calls.ts';

const PAGE = "UpdateSecretVersionStage's page";

const always = () => true;

/** What a call of UpdateSecretVersionStage names, and who has its label before. */
function moved({ call: { operation, input }, before }: Step) {
  const { VersionStage: label = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
  if (operation !== 'UpdateSecretVersionStage') return undefined;
  const at = [...before].find(([, labels]) => labels.split(' ').includes(label))?.[0];
  return { label, to, from, at };
}

type Moved = NonNullable<ReturnType<typeof moved>>;

const when = (test: (move: Moved, step: Step) => boolean) => (step: Step) => {
  const move = moved(step);
  return move !== undefined && test(move, step);
};

/** What moto does otherwise in UpdateSecretVersionStage. */
export const EXPLAINED_MOVES: Explained[] = [
  {
    name: 'a label is put on a second version',
    source: `${PAGE}: RemoveFromVersionId is a must where another version has the label`,
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
    name: 'AWSCURRENT to where it is asks for RemoveFromVersionId',
    source: `${PAGE}: it is a must where a different version has the label`,
    when: when(({ label, to, from, at }) => label === 'AWSCURRENT' && to === at && !from),
    covers: always,
    example: [create(T1, 'value 1'), move('AWSCURRENT', T1)],
  },
  {
    name: 'a label that moves from nowhere to nowhere',
    source: 'AWS documents it nowhere: moto accepts it, the sandbox refuses what means nothing',
    when: when(({ to, from }) => to === undefined && from === undefined),
    covers: always,
    example: [create(T1, 'value 1'), move('MINE')],
  },
  {
    name: 'the text for a version that does not have the label',
    source: `${PAGE}: "the operation fails", not with what`,
    when: when(({ from, at }) => from !== undefined && from !== at),
    covers: ({ path }) => path === 'message',
    example: [create(T1, 'value 1'), move('MINE', T1, T1)],
  },
  {
    name: 'a version that is not there',
    source: `${PAGE} has ResourceNotFoundException; moto has taken the label off by then`,
    when: when(({ to }, { known }) => to !== undefined && !known.has(to)),
    covers: always,
    example: [create(T1, 'value 1'), move('MINE', T2)],
  },
  {
    name: 'AWSCURRENT is taken off',
    source: 'AWS documents no secret with values and without AWSCURRENT; moto makes one',
    when: when(({ label, to, from }) => label === 'AWSCURRENT' && !to && from !== undefined),
    covers: always,
    example: [create(T1, 'value 1'), move('AWSCURRENT', undefined, T1)],
  },
  {
    name: 'AWSCURRENT from a version to itself takes AWSPREVIOUS off',
    source: `${PAGE}: AWSPREVIOUS follows AWSCURRENT from where it moves; here it moves nowhere`,
    when: when(({ label, to, from }) => label === 'AWSCURRENT' && to === from),
    covers: ({ label }) => label === 'AWSPREVIOUS',
    example: [create(T1, 'value 1'), put(T2, 'value 2'), move('AWSCURRENT', T2, T2)],
  },
  {
    name: 'AWSCURRENT is looked for where nobody has it',
    source: 'moto: update_secret_version_stage, an IndexError',
    when: when((_, { moto }) => moto.status === 500),
    covers: always,
    example: [create(T1), move('AWSCURRENT', T3)],
  },
];
