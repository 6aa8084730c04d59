import { Annotations, Tags, Token } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { USER_TAG } from '../../../lambda/names.ts';
import { DEFAULT_USER, defaultUserAt } from '../../../lambda/secret/user.ts';
import { USERNAME } from '../../../lambda/secret/value-rules.ts';
import { isLate } from '../cdk/late-text.ts';
import type { EndpointProps } from '../props/user-props.ts';

// AWS allows these characters in a tag: fewer than Redis Enterprise allows in a username.
const TAG_VALUE = /^[\w .:/=+\-@]*$/;

/** Throws if the function cannot rotate a user of this name, or a tag cannot hold the name. */
export function checkUsername(name: string, username: string): void {
  if (Token.isUnresolved(username)) {
    throw new Error(
      `username of ${name} must be known at synthesis, got a token; ` +
        'hint: use a literal, because the identity of the secret and its tag follow the username',
    );
  }
  if (username !== DEFAULT_USER && USERNAME.test(username) && TAG_VALUE.test(username)) return;
  throw new Error(
    `username of ${name} must have only letters, digits, spaces and . : / = + - @ _, and not be ` +
      `'default', got '${username}'; ` +
      'hint: for the default user of a database, use adoptDefaultUser',
  );
}

/** Returns the tag of a database's default user. Throws unless the endpoint is known. */
export function defaultUserTag({ host, port }: EndpointProps): string {
  if (!Token.isUnresolved(port) && !isLate(host)) return defaultUserAt({ host, port });
  throw new Error(
    'database must be known at synthesis, got a token; ' +
      'hint: use literals, because the identity of the secret and its tag follow the database',
  );
}

/** Tags a secret with its user, as admin mode requires. Warns if the secret is imported. */
export function tagWithUser(secret: ISecret, username: string): void {
  Tags.of(secret).add(USER_TAG, username);
  if (secret instanceof Secret) return;
  Annotations.of(secret).addWarningV2(
    'redis-enterprise-rotation:tag',
    `secret '${secret.node.id}' is imported, so CDK cannot add the tag that admin mode needs; ` +
      `hint: aws secretsmanager tag-resource --secret-id ${secret.secretArn} ` +
      `--tags 'Key=${USER_TAG},Value=${username}'`,
  );
}

/** Warns that a secret without a username gets no tag, although a cluster has an administrator. */
export function warnOfNoUsername(secret: ISecret, name: string): void {
  Annotations.of(secret).addWarningV2(
    'redis-enterprise-rotation:username',
    `${name} has no username, and a cluster has an adminSecret: without the tag ${USER_TAG}, the ` +
      'function rotates the secret only if its value has "login": "self"; hint: set username. ' +
      'For the default user of a database, tag the secret with default@<host>:<port>',
  );
}
