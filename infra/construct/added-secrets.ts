/** A secret that a construct rotates. */
export type AddedSecret = {
  id: string;
  arn: string;
  /** Undefined: unknown at synthesis. */
  username: string | undefined;
  /** The clusters that the secret names; undefined: every cluster. */
  clusters: readonly string[] | undefined;
};

// CloudFormation allows 500 resources in a stack, and IAM 10 managed policies on a role.
const SECRETS_MAX = 100;

/** Throws if a construct with the secrets `existing` cannot rotate one more. */
export function checkAddable(added: AddedSecret, existing: readonly AddedSecret[]): void {
  if (existing.some(({ arn }) => arn === added.arn)) {
    throw new Error(`a secret must be added once, got it again with '${added.id}'`);
  }
  for (const one of existing) checkUser(added, one);
  if (existing.length < SECRETS_MAX) return;
  throw new Error(
    `a construct must have at most ${SECRETS_MAX} secrets, got one more with '${added.id}'; ` +
      'hint: create a second RedisEnterpriseRotation in another stack',
  );
}

function checkUser(added: AddedSecret, existing: AddedSecret): void {
  const { username, clusters } = added;
  if (username === undefined || username !== existing.username) return;
  const named = clusters ?? existing.clusters;
  const shared = named?.find((name) => existing.clusters?.includes(name) ?? true);
  if (named !== undefined && shared === undefined) return;
  const where = shared === undefined ? 'every cluster' : `cluster '${shared}'`;
  throw new Error(
    `user '${username}' already has a secret '${existing.id}' on ${where}, got '${added.id}'; ` +
      "two secrets delete each other's passwords; hint: keep one secret for each user",
  );
}
