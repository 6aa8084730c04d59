import type { StoredSecret } from '../sandbox/aws/secret-store.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { putManually, type Scenario } from '../support/scenario.ts';
import { type Finding, putWithEndpoint } from './finding.ts';

const OVERLAP_OF_29_DAYS = String(29 * 86_400);

const putFields = (fields: object) => (world: Scenario) =>
  putManually(world, { username: 'orders', password: 'the-first-password-1', ...fields });

const changeSecret = (fields: Partial<StoredSecret>) => (world: Scenario) =>
  world.store.write(world.arn, (secret) => Object.assign(secret, fields));

const addLabels =
  (...labels: string[]) =>
  (world: Scenario) =>
    world.store.write(world.arn, ({ versions }) => {
      [...versions.values()][0]?.stages.push(...labels);
    });

export const SECRET_FINDINGS: Finding[] = [
  ['secret', 'fail', /put-secret-value/, (world) => putManually(world, { password: 'x' })],
  ['clusters', 'fail', /correct clusters/, putFields({ clusters: ['us'] })],
  ['clusters', 'fail', /database-hosts/, putFields({ host: 'example.org', port: 1 })],
  ['user-tag', 'fail', /set the tag to its user/, putFields({ username: 'carts' })],
  ['rotation', 'fail', /rotate-secret/, changeSecret({ rotationEnabled: false })],
  [
    'rotation',
    'fail',
    /rotate-secret/,
    changeSecret({ rotationLambdaArn: 'arn:aws:lambda:us-east-1:1:function:other' }),
  ],
  ['rotation', 'warn', /^run replace-all again; only if/, addLabels('REPLACING')],
  [
    'labels',
    'fail',
    /remove labels of your own, never LIVE or EXPIRES/,
    addLabels(...Array.from({ length: 12 }, (_, index) => `LABEL-${index}`)),
  ],
  ['overlap', 'warn', /OVERLAP_SECONDS/, () => undefined, { settings: { OVERLAP_SECONDS: '0' } }],
  [
    'overlap',
    'fail',
    /rotate less often/,
    (world) => rotateSecret(world, world.arn, { schedule: 'rate(7 days)' }),
    { settings: { OVERLAP_SECONDS: OVERLAP_OF_29_DAYS } },
  ],
  [
    'verification',
    'fail',
    /CurrentPasswordRejected/,
    putWithEndpoint({ password: 'wrong' }),
    { login: 'self' },
  ],
  // With the administrator login, a rotation fixes the wrong password.
  ['verification', 'warn', /CurrentPasswordRejected/, putWithEndpoint({ password: 'wrong' })],
  // An older password may have leaked: do not restore it.
  [
    'verification',
    'warn',
    /^run replace-all again$/,
    async (world) => {
      await putWithEndpoint({ password: 'wrong' })(world);
      addLabels('REPLACING')(world);
    },
  ],
  [
    'verification',
    'fail',
    /add the password to the secret/,
    putWithEndpoint({}),
    { login: 'self' },
  ],
];
