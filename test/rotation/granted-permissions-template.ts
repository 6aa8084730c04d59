import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { ofType, showValue, synthesise } from '../infra/template.ts';
import { ACCOUNT, CLUSTERS_PATH, REGION } from '../sandbox/names.ts';

export const USERNAME = 'orders';
export const OVERLAP = Duration.seconds(1);
export const KEY_ARN =
  'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';
const SECRETS = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret`;
export const ADMIN_ARN = `${SECRETS}:redis-enterprise/admin-AbCdEf`;

const PORT = 12_345;
const TEMPLATE_REGION = 'eu-west-1';

/** What the role of the function may do: one action on one resource. */
export type Grant = { action: string; resource: string };

/** The template of a construct that adopts one user. */
const TEMPLATE = synthesise((stack) => {
  const adminArn = ADMIN_ARN.replace(REGION, TEMPLATE_REGION);
  const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
    clustersPath: CLUSTERS_PATH,
    adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', adminArn)],
    overlap: OVERLAP,
  });
  const endpoints = [{ host: '127.0.0.1', port: PORT }];
  const schedule = 'rate(30 days)';
  const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
  rotation.adoptUser({ username: USERNAME, endpoints, schedule, encryptionKey });
});

/** Returns an ARN of the template, in the region of the sandbox. */
export const inSandbox = (arn: string) => arn.replace(TEMPLATE_REGION, REGION);

/** Returns the value that updateFields writes, and the user tag of the adopted user's secret. */
export function adoptedSecret(port: number): { value: string; userTag: string | undefined } {
  const [secret] = ofType(TEMPLATE, 'AWS::SecretsManager::Secret');
  const [resource] = ofType(TEMPLATE, 'Custom::RedisEnterpriseUserFields');
  const fields = JSON.parse(String(resource?.Properties.Fields));
  const value = JSON.stringify({ username: USERNAME, ...fields, port });
  const [tag] = secret?.Properties.Tags as { Value: string }[];
  return { value, userTag: tag?.Value };
}

/** Returns the handler and the environment variables of the function. */
export function functionConfiguration(): { handler: string; variables: Record<string, string> } {
  const [fn] = ofType(TEMPLATE, 'AWS::Lambda::Function');
  const { Variables } = fn?.Properties.Environment as { Variables: Record<string, string> };
  return { handler: String(fn?.Properties.Handler), variables: Variables };
}

/** Returns all grants of the function's role. */
export function readGrants({ secretArn, adminArn }: Record<'secretArn' | 'adminArn', string>) {
  const [role] = [ofType(TEMPLATE, 'AWS::Lambda::Function')[0]?.Properties.Role].flat();
  const roleId = (role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => ofType(TEMPLATE, type))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${roleId}"`));
  return policies.flatMap(({ Properties }): Grant[] => {
    const { Statement } = Properties.PolicyDocument as { Statement: Record<string, string>[] };
    return Statement.flatMap(({ Action, Resource }) => {
      const resource = inSandbox(showValue(TEMPLATE, Resource))
        .replace('<AWS::SecretsManager::Secret>', secretArn)
        .replace('<AWS::Partition>', 'aws')
        .replace(ADMIN_ARN, adminArn);
      return [Action].flat().map((action) => ({ action: String(action), resource }));
    });
  });
}
