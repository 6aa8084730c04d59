import type { MotoServer } from '../moto/server.ts';

type Call = [service: keyof typeof TARGETS, operation: string, input: object];

const TARGETS = { secretsmanager: 'secretsmanager', ssm: 'AmazonSSM' };
const SecretId = 'deleted-secret';
const [T1, T2] = ['1', '2'].map((digit) => digit.repeat(32));
const Name = '/deleted/one';
const absent = 'absent-secret';

// Left out: on a marked secret, moto writes values, labels and tags, and creates the secret again.
// AWS's API reference lists InvalidRequestException for these operations.
const CALLS: Call[] = [
  ['secretsmanager', 'CreateSecret', { Name: SecretId, SecretString: '1', ClientRequestToken: T1 }],
  ['secretsmanager', 'UpdateSecret', { SecretId, SecretString: '2', ClientRequestToken: T2 }],
  ['secretsmanager', 'GetSecretValue', { SecretId }],
  ['secretsmanager', 'DeleteSecret', { SecretId, RecoveryWindowInDays: 6 }],
  ['secretsmanager', 'DeleteSecret', { SecretId, RecoveryWindowInDays: 31 }],
  [
    'secretsmanager',
    'DeleteSecret',
    { SecretId, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
  ],
  ['secretsmanager', 'DeleteSecret', { SecretId, RecoveryWindowInDays: 7 }],
  ['secretsmanager', 'DeleteSecret', { SecretId }],
  ['secretsmanager', 'GetSecretValue', { SecretId }],
  ['secretsmanager', 'DescribeSecret', { SecretId }],
  ['secretsmanager', 'ListSecretVersionIds', { SecretId }],
  ['secretsmanager', 'RotateSecret', { SecretId }],
  ['secretsmanager', 'CancelRotateSecret', { SecretId }],
  ['secretsmanager', 'RestoreSecret', { SecretId }],
  ['secretsmanager', 'RestoreSecret', { SecretId }],
  ['secretsmanager', 'GetSecretValue', { SecretId }],
  ['secretsmanager', 'RestoreSecret', { SecretId: absent }],
  ['secretsmanager', 'UpdateSecret', { SecretId: absent, Description: 'x' }],
  ['secretsmanager', 'DeleteSecret', { SecretId: absent }],
  ['secretsmanager', 'DeleteSecret', { SecretId: absent, ForceDeleteWithoutRecovery: true }],
  ['secretsmanager', 'DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }],
  ['secretsmanager', 'DescribeSecret', { SecretId }],
  ['ssm', 'PutParameter', { Name, Value: '1', Type: 'String' }],
  ['ssm', 'GetParameter', { Name }],
  ['ssm', 'GetParameter', { Name: `${Name}:1` }],
  ['ssm', 'GetParameter', { Name: `${Name}:9` }],
  ['ssm', 'GetParameter', { Name: `arn:aws:ssm:us-east-1:123456789012:parameter${Name}` }],
  ['ssm', 'GetParameters', { Names: ['/deleted/absent', Name, Name] }],
  ['ssm', 'GetParameters', { Names: Array.from({ length: 11 }, (_, at) => `/many/${at}`) }],
  ['ssm', 'DeleteParameter', { Name }],
  ['ssm', 'DeleteParameter', { Name }],
  ['ssm', 'GetParameter', { Name }],
];

/** Deletes and reads on both servers. Returns the calls whose outcomes differ. */
export async function differingOutcomes(sandboxUrl: string, moto: MotoServer): Promise<string[]> {
  const differing: string[] = [];
  for (const call of CALLS) {
    const [ours, theirs] = [await outcomeOf(sandboxUrl, call), await outcomeOf(moto.url, call)];
    if (ours !== theirs) differing.push(`${JSON.stringify(call)}: ${ours}, moto: ${theirs}`);
  }
  return differing;
}

/** Returns the error's name, or what the reply says of values and versions. */
async function outcomeOf(url: string, [service, operation, input]: Call): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      // Both servers accept any signature; moto reads the region and the service in it.
      authorization:
        `AWS4-HMAC-SHA256 Credential=peers/20260101/us-east-1/${service}/aws4_request, ` +
        'SignedHeaders=host, Signature=0',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${TARGETS[service]}.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const reply = JSON.parse(await response.text());
  const parameters = [reply.Parameter ?? reply.Parameters ?? []].flat();
  const values = parameters.map((one: { Name: string; Value: string; Version: number }) =>
    [one.Name, one.Value, one.Version].join(' '),
  );
  const { __type, Name: name, SecretString, VersionId, InvalidParameters } = reply;
  return JSON.stringify({ __type, name, SecretString, VersionId, InvalidParameters, values });
}
