import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { updateStage } from '../../sandbox/setup.ts';
import { labelsOf, type MotoWorld, rotate, runSteps, stage, versionOf } from './world.ts';

/**
 * Where moto differs from AWS, and what the tests do about it. Each difference is verified, so that
 * an entry that moto no longer needs fails.
 */
export const DEPARTURES: [name: string, reason: string, seen: (world: MotoWorld) => unknown][] = [
  [
    'RotateSecret stages the token and then fails',
    'moto invokes only functions of its own Lambda, in Docker: the tests run the steps',
    async (world) => {
      const token = randomUUID();
      const error = await stage(world, token);
      const labels = await labelsOf(world, token);
      return error?.name === 'ResourceNotFoundException' && labels.join() === 'AWSPENDING';
    },
  ],
  [
    'AWSPENDING stays after a rotation',
    'AWS removes it; here the tests remove it',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await runSteps(world, token);
      return (await labelsOf(world, token)).includes('AWSPENDING');
    },
  ],
  [
    'RotateSecret fails if one version has AWSPENDING and AWSCURRENT',
    'AWS fails if another version than AWSCURRENT has AWSPENDING',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await runSteps(world, token);
      return (await stage(world, randomUUID()))?.name === 'InvalidRequestException';
    },
  ],
  [
    'RotateSecret starts although another rotation is not complete',
    'AWS fails, and retries the other rotation; the tests remove AWSPENDING first, as AWS requires',
    async (world) => {
      const token = randomUUID();
      await stage(world, randomUUID());
      await stage(world, token);
      return (await labelsOf(world, token)).includes('AWSPENDING');
    },
  ],
  [
    'GetSecretValue without a label does not return a moved AWSCURRENT',
    'AWS returns AWSCURRENT; the function and the tests name the version or the label',
    async (world) => {
      const token = await rotate(world);
      const command = new GetSecretValueCommand({ SecretId: world.arn });
      const { VersionId } = await world.secretsManager.send(command);
      return VersionId !== token && (await versionOf(world, 'AWSCURRENT')).id === token;
    },
  ],
  [
    'a client error has the HTTP status 404',
    'AWS returns 400 for every client error; the function reads the name of an error',
    async (world) => {
      const error = await stage(world, randomUUID());
      return Object(error).$metadata?.httpStatusCode === 404;
    },
  ],
  [
    'DescribeSecret lists a version without labels',
    'AWS lists only labelled versions; the function ignores a version without labels',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await updateStage(world, world.arn, 'AWSPENDING', { from: token });
      return !(await labelsOf(world, token)).length;
    },
  ],
];
