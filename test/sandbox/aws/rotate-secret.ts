import { optionalBoolean, optionalString, requiredString } from '../input.ts';
import { type RotationDriver, startRotation, testAlone } from '../rotation-driver.ts';
import { AwsError, type Input } from './aws-server.ts';
import { tokenOf } from './secret-input.ts';
import { holder, moveLabel, type SecretStore, type StoredSecret } from './secret-store.ts';

export function rotationOperations(store: SecretStore, driver: RotationDriver) {
  return {
    RotateSecret: (input: Input) => rotateSecret(store, driver, input),
    CancelRotateSecret: (input: Input) => cancelRotateSecret(store, input),
  };
}

function rotateSecret(store: SecretStore, driver: RotationDriver, input: Input) {
  const token = tokenOf(input, 'InvalidParameterException');
  const { arn, name, versions, ...known } = store.latest(requiredString(input, 'SecretId', 2_048));
  const lambda = rotationFunction(known, driver, input);
  const pending = holder(store.latest(arn), 'AWSPENDING');
  if (pending !== undefined && !pending.stages.includes('AWSCURRENT')) {
    // Secrets Manager itself retries the pending rotation.
    startRotation(store, driver, arn, pending.id);
    const message = "A previous rotation isn't complete. That rotation will be reattempted.";
    throw new AwsError('InvalidRequestException', message);
  }
  const isImmediate = optionalBoolean(input, 'RotateImmediately') ?? true;
  const current = holder(store.latest(arn), 'AWSCURRENT');
  store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = lambda;
    secret.rotationRules = input.RotationRules ?? secret.rotationRules;
    const version = { id: token, createdAt: store.options.now(), rotationToken: undefined };
    const value = isImmediate ? undefined : current?.value;
    if (!secret.versions.has(token)) secret.versions.set(token, { ...version, value, stages: [] });
    moveLabel(secret, 'AWSPENDING', token);
  });
  if (isImmediate) startRotation(store, driver, arn, token);
  else driver.running.set(arn, testAlone(store, driver, arn, token));
  return { ARN: arn, Name: name, VersionId: token };
}

function cancelRotateSecret(store: SecretStore, input: Input) {
  const secret = store.write(requiredString(input, 'SecretId', 2_048), (copy) => {
    copy.rotationEnabled = false;
  });
  return { ARN: secret.arn, Name: secret.name, VersionId: holder(secret, 'AWSPENDING')?.id };
}

function rotationFunction(
  known: Pick<StoredSecret, 'rotationLambdaArn'>,
  driver: RotationDriver,
  input: Input,
): string {
  const lambda = optionalString(input, 'RotationLambdaARN') ?? known.rotationLambdaArn;
  if (lambda === undefined) {
    const message = 'No Lambda rotation function ARN is associated with this secret.';
    throw new AwsError('InvalidRequestException', message);
  }
  if (lambda !== driver.functionArn) {
    const message =
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function ' +
      'policy grants access to the principal secretsmanager.amazonaws.com.';
    throw new AwsError('AccessDeniedException', message);
  }
  return lambda;
}
