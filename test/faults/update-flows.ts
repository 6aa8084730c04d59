import { callSteps, stepsBefore } from '../rotation/steps.ts';
import { FIRST_PASSWORD, putManually } from '../support/scenario.ts';
import { fieldsOf, updateFields } from '../support/update-fields.ts';
import { type Stage, stageAnother } from './stage.ts';

async function rotateOnce(stage: Stage): Promise<void> {
  await stageAnother(stage);
  await callSteps(stage.world, stage.token);
}

/** Updates the fields, and rotates if the update asks for it, as a deployment does. */
async function deploy(stage: Stage, fields: object): Promise<void> {
  const { rotate } = await updateFields(stage.world, fields);
  if (rotate) await rotateOnce(stage);
}

async function addField(stage: Stage): Promise<void> {
  await deploy(stage, { ...(await fieldsOf(stage.world)), note: 1 });
}

/** Rotates, and starts another rotation that stops after its POST. */
async function rotateHalf(stage: Stage): Promise<void> {
  await rotateOnce(stage);
  await stageAnother(stage);
  await callSteps(stage.world, stage.token, stepsBefore('testSecret'));
}

/** Makes a secret without a value, as CloudFormation creates it. */
async function removeValue({ world }: Stage): Promise<void> {
  world.store.write(world.arn, ({ versions }) => versions.clear());
}

/** Writes the first value, and rotates, as the schedule of a deployment does. */
async function writeFirst(stage: Stage): Promise<void> {
  const { port } = stage.world.database;
  await updateFields(stage.world, { host: '127.0.0.1', port, ssl: false });
  await rotateOnce(stage);
}

function endpointsOf({ clusters }: Stage): string[] {
  const hosts = ['127.0.0.1', 'localhost'];
  return clusters.map(({ database }, at) => `${hosts[at]}:${database.port}`);
}

/** Rotates a secret that names the first of two clusters. */
async function rotateOnFirst(stage: Stage): Promise<void> {
  const [first] = endpointsOf(stage);
  const fields = { ssl: false, endpoints: [first], clusters: ['sandbox'] };
  const user = { username: stage.world.user.name, password: FIRST_PASSWORD };
  await putManually(stage.world, { ...user, ...fields });
  stage.foreign.push(FIRST_PASSWORD);
  await rotateOnce(stage);
}

const joinSecond = (stage: Stage) => deploy(stage, { ssl: false, endpoints: endpointsOf(stage) });

const admin = { login: 'admin' } as const;
const afterRotation = { prepare: rotateOnce, act: addField };

/** The flows of updateFields. */
export const UPDATE_FLOWS = [
  ['updateFields, admin', admin, afterRotation],
  ['updateFields, self, no database', { login: 'self', noDatabase: true }, afterRotation],
  ['updateFields during a rotation', admin, { prepare: rotateHalf, act: addField }],
  [
    'updateFields, first value',
    { ...admin, value: { password: undefined } },
    { prepare: removeValue, act: writeFirst },
  ],
  [
    'updateFields, a cluster joins',
    { ...admin, clusters: 2 },
    { prepare: rotateOnFirst, act: joinSecond },
  ],
] as const;
