import { Annotations } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { isLate } from '../cdk/late-text.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';

// By app, API endpoint and username: the first construct that rotates the user.
const USERS = new WeakMap<IConstruct, Map<string, Construct>>();

/** Warns if another construct of the app, with a function of its own, rotates the same user. */
export function warnOfSharedUser(
  rotation: Construct,
  username: string,
  named: readonly string[] | undefined,
  { clusters = {} }: RedisEnterpriseRotationProps,
): void {
  const { root } = rotation.node;
  const users = USERS.get(root) ?? new Map<string, Construct>();
  USERS.set(root, users);
  for (const name of named ?? Object.keys(clusters)) {
    const endpoints = clusters[name]?.apiEndpoints.filter((one) => !isLate(one)) ?? [];
    for (const endpoint of endpoints) {
      const key = JSON.stringify([endpoint, username]);
      const other = users.get(key) ?? rotation;
      users.set(key, other);
      if (other !== rotation) warn(rotation, username, endpoint, other);
    }
  }
}

function warn(rotation: Construct, username: string, endpoint: string, other: Construct): void {
  Annotations.of(rotation).addWarningV2(
    'redis-enterprise-rotation:sharedUser',
    `username '${username}' of ${endpoint} rotates in '${other.node.path}' and in ` +
      `'${rotation.node.path}': two secrets delete each other's passwords; hint: keep one`,
  );
}
