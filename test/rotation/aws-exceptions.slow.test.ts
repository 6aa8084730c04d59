import { expect, test } from 'vitest';
import { EXCEPTIONS, exceptionHint } from '../../lambda/aws/exception-hints.ts';
import {
  callStep,
  openScenario,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

const NETWORK_HINT = 'network path';

/** Lets every call to AWS fail with an exception; a 400 is not retried by the SDK. */
function failWith(world: Scenario, type: string, message = 'a secret text of AWS'): void {
  const body = JSON.stringify({ __type: type, message, Message: message });
  world.aws.fault = () => ({ status: 400, body });
}

// The exceptions that AWS documents for the calls of the function, and words of their hints.
const SHOWN: [name: string, hint: RegExp][] = [
  ['ResourceNotFoundException', /account and region/],
  ['InvalidRequestException', /restore-secret/],
  ['InvalidParameterException', /report/],
  ['PreconditionNotMetException', /^retry$/],
  ['DecryptionFailure', /kms:Decrypt/],
  ['EncryptionFailure', /kms:GenerateDataKey/],
  ['KMSDisabledException', /enable the key/],
  ['KMSInvalidStateException', /deletion of the key/],
  ['InternalServiceError', /AWS Health Dashboard/],
  ['ExpiredTokenException', /credentials/],
  ['UnrecognizedClientException', /credentials/],
  ['InvalidClientTokenId', /credentials/],
  ['InvalidSignatureException', /credentials/],
  ['IncompleteSignature', /credentials/],
  ['MissingAuthenticationToken', /credentials/],
  ['RequestExpired', /credentials/],
  ['OptInRequired', /region/],
  ['NotAuthorized', /role/],
  ['ValidationError', /report/],
  ['UnknownOperationException', /AWS_ENDPOINT_URL/],
  ['SomethingNewException', /documentation of AWS/],
];

test.each(SHOWN)('%s of Secrets Manager has a hint of its own', async (name, hint) => {
  await using world = await openScenario();
  failWith(world, name);
  const error = await reconcile(world).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'aws_call_failed', hint: expect.stringMatching(hint) });
  expect(String(error)).not.toContain(NETWORK_HINT);
  expect(world.lines.join('')).not.toContain('secret text');
});

test.each(EXCEPTIONS)('the hint for %s is not about the network', (name) => {
  expect(exceptionHint(name)).toMatch(/\w/);
  expect(exceptionHint(name)).not.toContain(NETWORK_HINT);
});

const OF_PARAMETERS: [name: string, hint: RegExp][] = [
  ['InternalServerError', /AWS Health Dashboard/],
  ['InvalidFilterKey', /report/],
  ['InvalidKeyId', /SecureString/],
  ['InvalidNextToken', /^retry$/],
];

test.each(OF_PARAMETERS)('%s of Systems Manager has a hint of its own', async (name, hint) => {
  await using world = await openScenario();
  const body = JSON.stringify({ __type: name, message: '' });
  world.aws.fault = (action) => (action.startsWith('ssm:') ? { status: 400, body } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringContaining(`ssm:GetParametersByPath failed with ${name}`),
    hint: expect.stringMatching(hint),
  });
});

const ROLE = 'arn:aws:sts::123456789012:assumed-role/rotation/rotation';
const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf';
const ACTION = 'secretsmanager:GetSecretValue';
const CALL = `User: ${ROLE} is not authorized to perform: ${ACTION} on resource: ${ARN}`;

// The texts of AWS's page on access denied messages.
const DENIALS: [kind: string, message: string, hint: RegExp][] = [
  ['identity-based policy', `${CALL} because no identity-based policy allows it`, /role/],
  [
    'resource-based policy',
    `${CALL} with an explicit deny in a resource-based policy`,
    /remove.*secret/,
  ],
  ['VPC endpoint policy', `${CALL} because no VPC endpoint policy allows it`, /VPC endpoint/],
  ['service control policy', `${CALL} with an explicit deny in a service control policy`, /organ/],
  ['permissions boundary', `${CALL} because no permissions boundary allows it`, /boundary/],
  ['session policy', `${CALL} because no session policy allows it`, /session/],
];

test.each(DENIALS)('a denial names the kind of policy: %s', async (kind, message, hint) => {
  await using world = await openScenario();
  failWith(world, 'AccessDeniedException', `${message} 'a secret text of AWS'`);
  const error = await reconcile(world).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    what: expect.stringMatching(new RegExp(`${kind} (denies|allows) ${ACTION} on ${ARN}`)),
    hint: expect.stringMatching(hint),
  });
  expect(`${error}${world.lines.join('')}`).not.toContain('secret text');
});

const OF_KEYS = [
  'Access to KMS is not allowed',
  `User: ${ROLE} is not authorized to perform: kms:Decrypt on this resource because the resource ` +
    'does not exist in this Region, no resource-based policies allow access, or a resource-based ' +
    'policy explicitly denies access',
  'The ciphertext refers to a customer master key that does not exist, does not exist in this ' +
    'region, or you are not allowed to access.',
];

test.each(OF_KEYS)('a denial of KMS names the key, and not the secret: %s', async (message) => {
  await using world = await openScenario();
  failWith(world, 'AccessDeniedException', message);
  await expect(reconcile(world)).rejects.toMatchObject({
    hint: expect.stringMatching(/^check that the key exists, and allow kms:Decrypt.* on it/),
  });
});

test('a denial of Systems Manager does not name a key', async () => {
  await using world = await openScenario();
  const body = JSON.stringify({ __type: 'AccessDeniedException', message: '' });
  world.aws.fault = (action) => (action.startsWith('ssm:') ? { status: 400, body } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({
    hint: "allow ssm:GetParametersByPath to the function's role",
  });
});

test('the hint for the quotas of versions and labels says to wait', async () => {
  await using world = await openScenario();
  const body = JSON.stringify({ __type: 'LimitExceededException', message: '' });
  world.aws.fault = (action) => (/Put/.test(action) ? { status: 400, body } : undefined);
  await expect(callStep(world, 'createSecret', stageToken(world))).rejects.toMatchObject({
    what: expect.stringContaining('PutSecretValue failed with LimitExceededException'),
    hint: expect.stringMatching(/100 versions, wait.*24 hours/),
  });
});

test('a call that finds no network says so with the code of the network', async () => {
  await using world = await openScenario();
  await world.aws.close();
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringMatching(/failed with ECONNREFUSED.*network path/),
  });
});
