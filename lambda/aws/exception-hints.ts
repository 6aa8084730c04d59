import { REMOVE_LABELS } from '../errors.ts';

const KEY =
  "the KMS key of the secret: its state, its policy, and the permissions of the function's role";
const FAULT = 'wait, then retry; if it persists, see the AWS Health Dashboard';
const CREDENTIALS = "check the credentials of the function's role";
const REPORT = 'report this with the log line: the function sent an invalid request';
const ALLOW = "allow the call to the function's role";
const QUOTA = "wait, or spread the schedules: AWS's quota is used up";

/**
 * The next action for each exception that AWS documents for the function's calls.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
const HINTS: Record<string, string> = {
  ResourceNotFoundException: 'check that it exists in this account and region',
  InvalidRequestException:
    'if the secret is scheduled for deletion, restore it with restore-secret; check that no ' +
    'other service manages it',
  InvalidParameterException: REPORT,
  // A secret has at most 20 labels and 100 versions. AWS removes versions without a label, but none
  // that is younger than 24 hours.
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
  LimitExceededException:
    `${REMOVE_LABELS}; if the secret has 100 versions, wait until ` +
    'AWS removes versions without a label, 24 hours after creation',
  PreconditionNotMetException: 'retry',
  ResourceExistsException: 'retry',
  DecryptionFailure: `enable the key and allow kms:Decrypt: check ${KEY}`,
  EncryptionFailure: `enable the key and allow kms:GenerateDataKey: check ${KEY}`,
  KMSAccessDeniedException: `check ${KEY}`,
  KMSDisabledException: `enable the key: check ${KEY}`,
  KMSInvalidStateException: `cancel the deletion of the key, or enable it: check ${KEY}`,
  KMSNotFoundException: `check ${KEY}`,
  KMSThrottlingException: QUOTA,
  InternalServiceError: FAULT,
  InternalServerError: FAULT,
  InternalFailure: FAULT,
  ServiceUnavailable: FAULT,
  ServiceUnavailableException: FAULT,
  ThrottlingException: QUOTA,
  ThrottledException: QUOTA,
  RequestThrottledException: QUOTA,
  Throttling: QUOTA,
  RequestLimitExceeded: QUOTA,
  TooManyRequestsException: QUOTA,
  TooManyUpdates: QUOTA,
  ExpiredTokenException: CREDENTIALS,
  ExpiredToken: CREDENTIALS,
  RequestExpired: CREDENTIALS,
  IncompleteSignature: CREDENTIALS,
  InvalidClientTokenId: CREDENTIALS,
  InvalidSignatureException: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  MissingAuthenticationToken: CREDENTIALS,
  MissingAuthenticationTokenException: CREDENTIALS,
  UnrecognizedClientException: CREDENTIALS,
  CredentialsProviderError: CREDENTIALS,
  OptInRequired: 'enable the service, or the region, in this account',
  MalformedHttpRequestException: REPORT,
  RequestEntityTooLargeException: REPORT,
  MissingParameter: REPORT,
  InvalidParameterValue: REPORT,
  InvalidParameterCombination: REPORT,
  RequestAbortedException: FAULT,
  RequestTimeoutException: FAULT,
  NotAuthorizedException: ALLOW,
  NotAuthorized: ALLOW,
  InvalidAction: REPORT,
  MissingAction: REPORT,
  ValidationError: REPORT,
  ValidationException: REPORT,
  SerializationException: REPORT,
  UnknownOperationException: 'check AWS_ENDPOINT_URL: the endpoint does not support the call',
  InvalidFilterKey: REPORT,
  InvalidFilterOption: REPORT,
  InvalidFilterValue: REPORT,
  InvalidNextToken: 'retry',
  InvalidNextTokenException: 'retry',
  EndpointError:
    'check AWS_REGION, and unset AWS_ENDPOINT_URL, or AWS_USE_FIPS_ENDPOINT and ' +
    'AWS_USE_DUALSTACK_ENDPOINT',
  InvalidKeyId: 'keep the parameters as String: the function does not decrypt a SecureString',
};

/** Returns the next action for an exception of AWS, by its name. */
export function exceptionHint(name: string): string | undefined {
  // The name comes from a reply: it may be `constructor`.
  return Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
}

/** The names of all exceptions that have a hint. */
export const EXCEPTIONS = Object.keys(HINTS);
