/** What a message about a denied call says: words of a closed list, an action and an ARN. */
type Denial = {
  /** Whether a policy denies the call explicitly. */
  isExplicit: boolean;
  policy: string | undefined;
  action: string | undefined;
  resource: string | undefined;
};

const OF_RESOURCE = 'resource-based policy';

// The kinds of policy that AWS names in its messages, and where each is.
const POLICIES: Record<string, string> = {
  'identity-based policy': "a policy of the function's role",
  [OF_RESOURCE]: 'the policy of the secret',
  'VPC endpoint policy': 'the policy of the VPC endpoint',
  'service control policy': 'the service control policies of your organization',
  'resource control policy': 'the resource control policies of your organization',
  'permissions boundary': "the permissions boundary of the function's role",
  'session policy': 'the session policy',
};

/**
 * Parses AWS's message about a denied call. Returns nothing else of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function parseDenial(message: string): Denial {
  const kinds = Object.keys(POLICIES);
  const [, action] = /perform: ([a-z0-9-]{1,40}:[A-Za-z0-9]{1,60})(?![\w:])/.exec(message) ?? [];
  const [, resource] =
    /on resource: (arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{0,12}:[\w:/.+=@-]{1,200})/.exec(
      message,
    ) ?? [];
  const isKms = /\bKMS\b|\bkms:|customer master key/.test(message);
  const policy = kinds.find((kind) => message.toLowerCase().includes(kind.toLowerCase()));
  const ofKey = isKms ? 'kms:Decrypt and kms:GenerateDataKey' : undefined;
  const isExplicit = message.includes('explicit deny');
  return { policy, action: action ?? ofKey, resource, isExplicit };
}

/** Describes a denial: "no session policy allows kms:Decrypt"; '' if AWS's message says nothing. */
export function formatDenial(denial: Denial, permission: string): string {
  const { policy, action, resource, isExplicit } = denial;
  if (policy === undefined && action === undefined && resource === undefined) return '';
  const call = `${action ?? permission}${resource === undefined ? '' : ` on ${resource}`}`;
  if (policy === undefined) return `no policy allows ${call}`;
  const article = policy.startsWith('i') ? 'an' : 'a';
  return isExplicit ? `${article} ${policy} denies ${call}` : `no ${policy} allows ${call}`;
}

/** Returns the next action for a denial. */
export function denialHint({ policy, action, isExplicit }: Denial, permission: string): string {
  const where = policy === undefined ? 'the policies of the account' : POLICIES[policy];
  const isOfResource = policy === undefined || policy === OF_RESOURCE;
  if (action?.startsWith('kms:') && isOfResource) {
    if (isExplicit) return 'remove the explicit deny from the policy of the key';
    // The messages of KMS do not say whether the key exists.
    return `check that the key exists, and allow ${action} on it to the function's role`;
  }
  if (isExplicit) return `remove the explicit deny from ${where}`;
  if (policy !== undefined) return `allow ${action ?? permission} in ${where}`;
  const usesKey = action === undefined && permission.endsWith('SecretValue');
  const decrypt = usesKey ? ', and kms:Decrypt on the key' : '';
  return `allow ${permission} to the function's role${decrypt}`;
}

/** Whether an exception of AWS denies a call, by its name. */
export function isDenial(name: string): boolean {
  return /^AccessDenied(Exception)?$/.test(name);
}
