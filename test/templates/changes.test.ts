import { expect, test } from 'vitest';
import { synthesizeTemplates } from '../../infra/build/templates.ts';
import { ROTATION_VALUES, TEMPLATES, USER_VALUES, ZIP_FILES } from './all-templates.ts';
import { type Evaluated, evaluate, type TemplateBody, type Values } from './evaluate.ts';

/** Returns the logical ids of the resources that differ between two templates. */
function changed(before: Evaluated, after: Evaluated): string[] {
  const ids = new Set([...Object.keys(before.resources), ...Object.keys(after.resources)]);
  const textOf = (template: Evaluated, id: string) => JSON.stringify(template.resources[id]);
  return [...ids].filter((id) => textOf(before, id) !== textOf(after, id)).sort();
}

const rotation = (values: Values = {}) =>
  evaluate(TEMPLATES.rotation, { ...ROTATION_VALUES, ...values });
const user = (values: Values = {}, from = rotation()) =>
  evaluate(TEMPLATES.user, { ...USER_VALUES, ...values }, from);

// A failed creation deletes the secret, which is empty until the last resource exists.
const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

test('the deletion of the stack of a user keeps the secret, its value and its tag', () => {
  expect(user().resources.UserSecret).toMatchObject(KEPT);
  expect(user().resources.UserSecret?.Properties).not.toHaveProperty('GenerateSecretString');
  expect(user().resources.UserSecret?.Properties).not.toHaveProperty('SecretString');
});

test('the schedule that starts the first rotation is the last resource', () => {
  const { UserSchedule, ...others } = user().resources;
  const awaited = new Set(UserSchedule?.DependsOn);
  for (const id of awaited) for (const next of others[id]?.DependsOn ?? []) awaited.add(next);
  const named = Object.keys(others).filter((id) =>
    JSON.stringify(UserSchedule).includes(`"${id}"`),
  );
  expect([...new Set([...awaited, ...named])].sort()).toEqual(Object.keys(others).sort());
});

test('one user more or less changes one alarm of the function, and nothing of other users', () => {
  const [before, after] = [rotation({ UserCount: '3' }), rotation({ UserCount: '2' })];
  expect(changed(before, after)).toEqual(['RotationMonitoringAlarmsReconcileNotRunning']);
  expect(changed(user({}, before), user({}, after))).toEqual([]);
});

test.each([
  ['Host', 'redis-12001.redis.eu.example.com', ['UserFields']],
  ['Tls', 'false', ['UserFields']],
  ['OtherEndpoints', 'redis-12001.redis.eu.example.com:12001', ['UserFields']],
  ['ExtraFields', '{"db":0}', ['UserFields']],
  ['Schedule', 'rate(7 days)', ['UserSchedule']],
  ['Window', '3h', ['UserSchedule']],
  ['Username', 'carts', ['UserSecret']],
  ['SecretNamePrefix', 'team/', ['UserSecret']],
])('another %s changes only what depends on it', (name, value, ids) => {
  expect(changed(user(), user({ [name]: value }))).toEqual(ids);
});

test('another username creates another secret, because the name of a secret cannot change', () => {
  const [before, after] = [user(), user({ Username: 'carts' })];
  expect(before.resources.UserSecret?.Properties.Name).toBe('redis-enterprise/orders');
  expect(after.resources.UserSecret?.Properties.Name).toBe('redis-enterprise/carts');
});

test('a stack with the ARN of a kept secret creates none, and rotates that one', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-d4e5f6';
  const { resources, outputs } = user({ ExistingSecretArn: arn });
  expect(resources).not.toHaveProperty('UserSecret');
  expect(outputs.SecretArn?.Value).toBe(arn);
  for (const id of ['UserFields', 'UserSchedule', 'UserAccessPolicy']) {
    expect(resources[id]?.Properties.SecretId).toBe(arn);
  }
  expect(resources.UserReconcile?.Properties.Target).toMatchObject({
    Input: JSON.stringify({ Step: 'reconcile', SecretId: arn }),
  });
});

test('new code changes the function, because the name of its zip file changes', () => {
  const templates = synthesizeTemplates({ ...ZIP_FILES, rotation: 'function-1.zip' });
  const after = evaluate(templates.rotation as TemplateBody, ROTATION_VALUES);
  expect(changed(rotation(), after)).toEqual(['RotationFunctionFunction']);
});

test('a further cluster changes the list of clusters only', () => {
  const names = rotation({ OtherClusterNames: 'us,asia' });
  expect(changed(rotation(), names)).toEqual(['ClusterNames']);
  expect(names.resources.ClusterNames?.Properties.Value).toBe('eu,us,asia');
});
