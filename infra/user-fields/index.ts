import { setTimeout } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createHandler } from './handler.ts';
import { FUNCTION_ARN } from './names.ts';

// The handler retries itself: the retries of the clients would not end in time.
const CONFIG = { maxAttempts: 1 };

export const handler = createHandler({
  lambda: new LambdaClient(CONFIG),
  secretsManager: new SecretsManagerClient(CONFIG),
  functionArn: process.env[FUNCTION_ARN] ?? '',
  fetch,
  now: Date.now,
  sleep: setTimeout,
  write: (line) => process.stdout.write(`${line}\n`),
});
