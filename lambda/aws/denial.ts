/** What a message about a denied call says: words of a closed list, an action and an ARN. */
export type Denial = {
  policy: string | undefined;
  action: string | undefined;
  resource: string | undefined;
};

// The kinds of policy that AWS names in its messages, and the next action for each.
const POLICIES: Record<string, string> = {
  'identity-based policy': "allow it in a policy of the function's role",
  'resource-based policy': 'allow it in the policy of the secret, or of the key',
  'VPC endpoint policy': 'allow it in the policy of the VPC endpoint',
  'service control policy': 'ask the administrators of your organization to allow it',
  'resource control policy': 'ask the administrators of your organization to allow it',
  'permissions boundary': "allow it in the permissions boundary of the function's role",
  'session policy': 'allow it in the session policy',
};

/**
 * Parses AWS's message about a denied call. Returns nothing else of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function parseDenial(message: string): Denial {
  const kinds = Object.keys(POLICIES);
  const [, action] = /perform: ([a-z0-9-]{1,40}:[A-Za-z0-9]{1,60})(?![\w:])/.exec(message) ?? [];
  const [, resource] = /on resource: (arn:aws[\w:/.+=@-]{1,300})/.exec(message) ?? [];
  const isKms = /\bKMS\b|\bkms:/.test(message);
  const policy = kinds.find((kind) => message.toLowerCase().includes(kind.toLowerCase()));
  return { policy, action: action ?? (isKms ? 'kms:Decrypt' : undefined), resource };
}

/** Describes a denial: "kms:Decrypt on arn:…"; '' if AWS's message says nothing. */
export function formatDenial({ policy, action, resource }: Denial, permission: string): string {
  if (policy === undefined && action === undefined && resource === undefined) return '';
  const on = resource === undefined ? '' : ` on ${resource}`;
  const by = policy === undefined ? '' : ` by the kind of policy "${policy}"`;
  return `${action ?? permission}${on}${by}`;
}

/** Returns the next action for a denial. */
export function denialHint({ policy, action }: Denial, permission: string): string {
  if (policy !== undefined) return POLICIES[policy] ?? '';
  const allowed = action ?? permission;
  return `allow ${allowed} to the function's role, and kms:Decrypt on the key`;
}
