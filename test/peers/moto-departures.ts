import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { updateStage } from '../sandbox/setup.ts';
import { labelsOf, type MotoWorld, rotate, runSteps, stage, versionOf } from './moto-world.ts';

/**
 * Where moto is known to depart from AWS: what the suite does about it is excused for this reason
 * alone. Each is looked for, so that an excuse that moto needs no longer is noticed.
 */
export const DEPARTURES: [name: string, reason: string, seen: (world: MotoWorld) => unknown][] = [
  [
    'RotateSecret stages the token and then refuses',
    'moto invokes functions of its own Lambda only, in Docker: the suite runs the steps itself',
    async (world) => {
      const token = randomUUID();
      const error = await stage(world, token);
      const labels = await labelsOf(world, token);
      return error?.name === 'ResourceNotFoundException' && labels.join() === 'AWSPENDING';
    },
  ],
  [
    'AWSPENDING stays after a rotation',
    'on AWS Secrets Manager takes it off by itself; the suite does, in its place',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await runSteps(world, token);
      return (await labelsOf(world, token)).includes('AWSPENDING');
    },
  ],
  [
    'RotateSecret is refused where AWSPENDING is beside AWSCURRENT',
    'AWS refuses the opposite: AWSPENDING on another version than AWSCURRENT',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await runSteps(world, token);
      return (await stage(world, randomUUID()))?.name === 'InvalidRequestException';
    },
  ],
  [
    'RotateSecret starts beside a rotation that is not complete',
    'AWS refuses, and tries the other again; the suite takes AWSPENDING off before, as AWS asks for',
    async (world) => {
      const token = randomUUID();
      await stage(world, randomUUID());
      await stage(world, token);
      return (await labelsOf(world, token)).includes('AWSPENDING');
    },
  ],
  [
    'GetSecretValue without a label misses a moved AWSCURRENT',
    'AWS reads AWSCURRENT; the function and the suite name the version or the label',
    async (world) => {
      const token = await rotate(world);
      const command = new GetSecretValueCommand({ SecretId: world.arn });
      const { VersionId } = await world.secretsManager.send(command);
      return VersionId !== token && (await versionOf(world, 'AWSCURRENT')).id === token;
    },
  ],
  [
    'a client error has the HTTP status 404',
    'AWS answers 400 to every client error; the function goes by the name of an error',
    async (world) => {
      const error = await stage(world, randomUUID());
      return Object(error).$metadata?.httpStatusCode === 404;
    },
  ],
  [
    'a version without labels is listed by DescribeSecret',
    'AWS lists labelled versions only; the function takes one without labels for none',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await updateStage(world, world.arn, 'AWSPENDING', { from: token });
      return !(await labelsOf(world, token)).length;
    },
  ],
];
