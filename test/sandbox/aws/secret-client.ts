import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { openScenario, type Scenario } from '../../support/scenario.ts';
import { updateStage } from '../setup.ts';

export const open = () => openScenario({ database: 'built-in' });

export function put({ secretsManager, arn }: Scenario, text: string, more: object = {}) {
  const input = { SecretId: arn, SecretString: text, ...more };
  return secretsManager.send(new PutSecretValueCommand(input));
}

export function move(world: Scenario, label: string, to?: string, from?: string) {
  return updateStage(world, world.arn, label, { to, from });
}

/** Matches an error of an AWS client. */
export const clientError = (name: string, text: string) => ({
  name,
  message: expect.stringContaining(text),
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
});
