/** A secret that a construct rotates. */
export type AddedSecret = {
  id: string;
  arn: string;
  /** Absent: not known at synthesis. */
  username: string | undefined;
  /** The clusters that the secret names; absent: every cluster. */
  clusters: readonly string[] | undefined;
};

// CloudFormation takes 500 resources a stack, and IAM 10 managed policies a role.
const SECRETS_MAX = 100;

/** Throws if a construct that has the secrets `before` cannot rotate one more. */
export function checkAdded(added: AddedSecret, before: readonly AddedSecret[]): void {
  if (before.some(({ arn }) => arn === added.arn)) {
    throw new Error(`a secret must be added once, got it again with '${added.id}'`);
  }
  for (const one of before) checkUser(added, one);
  if (before.length < SECRETS_MAX) return;
  throw new Error(
    `a construct must have at most ${SECRETS_MAX} secrets, got one more with '${added.id}'; ` +
      'make a second RedisEnterpriseRotation, in a stack of its own',
  );
}

function checkUser(added: AddedSecret, before: AddedSecret): void {
  const { username, clusters } = added;
  if (username === undefined || username !== before.username) return;
  const named = clusters ?? before.clusters;
  const shared = named?.find((name) => before.clusters?.includes(name) ?? true);
  if (named !== undefined && shared === undefined) return;
  const where = shared === undefined ? 'every cluster' : `cluster '${shared}'`;
  throw new Error(
    `user '${username}' already has a secret '${before.id}' on ${where}, got '${added.id}'; ` +
      "two secrets delete each other's passwords; keep one secret for each user",
  );
}
