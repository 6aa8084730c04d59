import { Annotations } from 'aws-cdk-lib';
import { CfnSecret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';

// CloudFormation writes the value again, over AWSCURRENT, if one of these properties changes.
const VALUE_PROPERTIES = ['generateSecretString', 'secretString'] as const;

const VALUE_WARNING = 'redis-enterprise-rotation:value';

/** Throws if CloudFormation writes the value of a user's kept secret. */
export function checkKeptSecret(name: string, secret: ISecret): void {
  const property = valueProperty(secret);
  if (property === undefined) return;
  throw new Error(
    `secret of ${name} must be an imported secret, got one of this app with ${property}: a ` +
      'deployment can overwrite the password; hint: leave secret out, to create an empty secret',
  );
}

/** Warns that CloudFormation may write the value of an added secret. */
export function warnOfWrittenValue(secret: ISecret, name: string): void {
  const property = valueProperty(secret);
  if (property === undefined) return;
  Annotations.of(secret).addWarningV2(
    VALUE_WARNING,
    `CloudFormation writes the value of ${name} when it creates the secret, and again over the ` +
      `current password if ${property} changes; hint: make the value JSON with username and ` +
      `password, never change ${property}, and acknowledge the warning ${VALUE_WARNING}`,
  );
}

function valueProperty({ node }: ISecret) {
  const resource = node.defaultChild;
  if (!(resource instanceof CfnSecret)) return undefined;
  return VALUE_PROPERTIES.find((property) => resource[property] !== undefined);
}
