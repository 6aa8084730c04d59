import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import { callStep, idOf, openScenario, stageToken } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { callSteps, stepsBefore } from '../steps.ts';
import { expectOneAfterRotation } from './beside.ts';

const open = () => openScenario({ database: 'built-in', ssl: false });

test('an AWSPENDING with the former fields is removed by the next update', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const token = stageToken(world);
  let isUpdated = false;
  // createSecret has read AWSCURRENT, and the update ends before its write arrives.
  world.aws.fault = async (action, { ClientRequestToken }) => {
    if (isUpdated || ClientRequestToken !== token) return undefined;
    isUpdated = action.endsWith('PutSecretValue');
    if (isUpdated) await updateFields(world, fields);
    return undefined;
  };
  await callStep(world, 'createSecret', token);
  removeFaults(world);
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'secret_value_changed',
  });
  expect(await updateFields(world, fields)).toMatchObject({ rotate: true });
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
  await expectOneAfterRotation(world);
});

test('an AWSPENDING with the fields of AWSCURRENT stays', async () => {
  await using world = await open();
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('testSecret'));
  expect(await updateFields(world, await fieldsOf(world))).toMatchObject({ rotate: false });
  expect(idOf(world, 'AWSPENDING')).toBe(token);
});
