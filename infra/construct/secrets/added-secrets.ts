import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';

// CloudFormation allows 500 resources in a stack, and IAM 10 managed policies on a role.
const SECRETS_MAX = 100;

/** Throws if a construct has the most secrets already; `name` is that of one more. */
export function checkCount(name: string, count: number): void {
  if (count < SECRETS_MAX) return;
  throw new Error(
    `a construct must have at most ${SECRETS_MAX} secrets, got one more with ${name}; ` +
      'hint: create a second RedisEnterpriseRotation in another stack',
  );
}

type Claim = { name: string; path: string };

// By app, ARN of the function and username. Imports of a function share its users.
const USERS = new WeakMap<IConstruct, Map<string, Claim>>();

/** Throws if the function rotates the user in another secret already. */
export function claimUser(
  { node }: Construct,
  { functionArn }: IFunction,
  name: string,
  username: string,
): void {
  const users = USERS.get(node.root) ?? new Map<string, Claim>();
  USERS.set(node.root, users);
  const key = JSON.stringify([functionArn, username]);
  const other = users.get(key);
  users.set(key, { name, path: node.path });
  if (other === undefined) return;
  const where = other.path === node.path ? '' : ` in '${other.path}'`;
  throw new Error(
    `username '${username}' must have one secret, got ${other.name}${where} and ${name}; two ` +
      "secrets delete each other's passwords; hint: keep one, with all its clusters in clusters",
  );
}

// The secrets of each stack, and the constructs that rotate them.
const ROTATED = new WeakMap<Stack, Map<string, Construct>>();

/** Throws if a construct of the same stack rotates the secret already. */
export function claimSecret(rotation: Construct, name: string, arn: string): void {
  const stack = Stack.of(rotation);
  const claimed = ROTATED.get(stack) ?? new Map<string, Construct>();
  ROTATED.set(stack, claimed);
  const owner = claimed.get(arn);
  if (owner !== undefined) {
    const where = owner === rotation ? 'again' : `also in '${owner.node.path}'`;
    throw new Error(`a secret must be rotated once, got ${name} ${where}; hint: add it once`);
  }
  claimed.set(arn, rotation);
}
