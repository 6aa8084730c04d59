import { Annotations, Tags } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { USER_TAG } from '../../lambda/names.ts';

/** Binds a secret to a user, which admin mode needs; warns where it is made elsewhere. */
export function tagWithUser(secret: ISecret, username: string): void {
  Tags.of(secret).add(USER_TAG, username);
  if (secret instanceof Secret) return;
  Annotations.of(secret).addWarningV2(
    'redis-enterprise-rotation:tag',
    `secret '${secret.node.id}' is made elsewhere, where the tag that admin mode needs is to be ` +
      `put on it: aws secretsmanager tag-resource --secret-id ${secret.secretArn} ` +
      `--tags 'Key=${USER_TAG},Value=${username}'`,
  );
}
