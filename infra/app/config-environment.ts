import type { Environment } from 'aws-cdk-lib';
import type { AppConfig } from './app-config.ts';

/** Returns the account and region of all ARNs in the context, or `{}` without an ARN. */
export function environmentOf({ clusters, secrets, users, defaultUsers }: AppConfig): Environment {
  const referenced = Object.values(clusters).flatMap((one) =>
    [one.adminSecretArn, one.clientCertificateSecretArn].filter((arn) => arn !== undefined),
  );
  const all = [...Object.values(users), ...Object.values(defaultUsers)];
  const kept = all.flatMap((one) => one.secretArn ?? []);
  const arns = [...referenced, ...kept, ...Object.values(secrets).map(({ arn }) => arn)];
  const found = new Set(arns.map((arn) => arn.split(':').slice(3, 5).join(' ')));
  if (found.size > 1) {
    const seen = [...found].join(', ');
    throw new Error(
      `context of cdk.json:\n✖ all ARNs must be of one region and account, got ${seen}`,
    );
  }
  const [only = ''] = found;
  const [region, account] = only.split(' ');
  return region && account ? { region, account } : {};
}
