/** The next action while a version has REPLACING: an earlier password may have leaked. */
export const REPLACE_AGAIN = 'run replace-all again';

const UNLESS_VALID = 'only if nothing leaked and AWSCURRENT is valid, remove REPLACING';
export const REPLACE_OR_KEEP = `${REPLACE_AGAIN}; ${UNLESS_VALID}`;

/** Without LIVE, the function no longer knows a password, which stays valid. */
export const REMOVE_LABELS = 'remove labels of your own, never LIVE or EXPIRES';

/** Every error code, with the next action for the reader. */
const HINTS = {
  setting_invalid: "correct it in the function's configuration",
  event_invalid: 'copy the event from the outputs or docs/runbook.md, with the complete ARN',
  rotation_not_enabled: 'enable rotation with rotate-secret',
  token_not_staged: 'let Secrets Manager rotate the secret',
  current_missing: 'set a value with put-secret-value, then retry',
  token_not_pending: 'do nothing: another rotation replaced this one',
  replace_in_progress: REPLACE_OR_KEEP,
  version_not_restorable:
    'rotate, or name another version in VersionId; if AWSCURRENT is rejected, follow ' +
    'CurrentPasswordRejected in docs/runbook.md',
  pending_not_created: 'remove AWSPENDING from that version, then rotate again',
  labels_exhausted: `${REMOVE_LABELS}, or run reconcile; then retry`,
  secret_value_invalid: 'correct the value with put-secret-value, then retry',
  secret_value_changed: 'remove AWSPENDING from its version, then rotate again',
  user_tag_mismatch: 'if the value is right, set the tag to its user; if not, restore the value',
  host_not_allowed: "correct the host, or add it to the cluster's database-hosts",
  cluster_parameter_invalid:
    'correct it with put-parameter; the function reads it within 5 minutes',
  client_certificate_invalid:
    'set { "certificate": PEM, "privateKey": PEM } in the secret of ' +
    'client-certificate-secret-arn, with a certificate that the cluster trusts',
  admin_secret_invalid:
    'set username or email, and password, of an administrator in the secret of ' +
    'admin-secret-arn, and keep its other fields',
  current_password_missing: 'add the password to the secret, or rotate in admin mode',
  current_password_refused: 'follow CurrentPasswordRejected in docs/runbook.md',
  pending_password_refused:
    "check the user's role in the database, and whether the account is locked or expired",
  cluster_login_refused: 'set the valid login in the secret that has it',
  cluster_permission_denied:
    'give the login a role that permits this: admin in admin mode, any role except none in self ' +
    'mode; if it has that role, check whether the account is locked',
  cluster_user_not_found:
    'correct username in the secret, or create the user on the cluster; if the API lists the ' +
    'user by email only, rotate in self mode',
  cluster_user_not_regular: 'rotate only users that log in with a password',
  cluster_password_refused: "set PASSWORD_LENGTH and EXCLUDE_CHARACTERS to the cluster's rules",
  cluster_version_unsafe:
    'set "login": "self" in the secret, or upgrade to 7.8.6-119, 7.22.0-216 or later',
  cluster_reply_unexpected:
    'check that api-endpoints lead to the REST API, whether the API requires a client ' +
    'certificate, and the state of the cluster',
  cluster_unreachable:
    'check api-endpoints, the security groups, and whether the API requires a client certificate',
  database_not_found: 'set host and port to an endpoint that GET /v1/bdbs lists for one database',
  database_not_supported: 'rotate a user of the database instead',
  database_unprotected:
    'let every client send a password, then set one for the default user in the Cluster Manager',
  database_reply_unexpected: 'check that host and port are those of a Redis Enterprise database',
  database_unreachable: 'check host, port and ssl in the secret, DNS, and security groups',
  certificate_refused: "add the issuing CA, or the certificate, to the cluster's ca-certificate",
  password_not_deleted: "compare the user's passwords with AWSCURRENT, then run reconcile",
  deadline_exceeded: "find the slow call in the log, or raise the function's timeout",
  aws_call_failed: "check the function's network path to AWS, then retry",
  unexpected: 'retry, then report this with its stack',
};

export type RotationErrorCode = keyof typeof HINTS;

export const ERROR_CODES = Object.keys(HINTS);

/** How the message begins if an operation failed before any change. */
export const UNCHANGED = 'nothing was changed';

/** The name and the code of a cause. Its message may quote a reply or the input of a parser. */
type Cause = { name: string; code: string | undefined };

/**
 * The only error of the function. `name` equals `code`, so that Lambda reports the code as the
 * error type. The message is `what; hint: hint`: what failed, the value seen, the value allowed,
 * then the next action. It never contains a password, a reply body or a token.
 */
export class RotationError extends Error {
  override readonly name: RotationErrorCode;
  override readonly cause?: Cause;
  readonly code: RotationErrorCode;
  readonly what: string;
  readonly hint: string;

  constructor(
    code: RotationErrorCode,
    what: string,
    { cause, hint = HINTS[code] }: { cause?: unknown; hint?: string | undefined } = {},
  ) {
    super(`${what}; hint: ${hint}`);
    this.name = code;
    this.code = code;
    this.what = what;
    this.hint = hint;
    if (cause !== undefined) this.cause = { name: errorName(cause), code: errorCode(cause) };
  }
}

/** Joins errors to one that lists all, with the code and the hint of the first. */
export function joinErrors([first, ...others]: RotationError[]): RotationError | undefined {
  if (first === undefined || others.length === 0) return first;
  const what = [...new Set([first, ...others].map((one) => one.what))].join('; ');
  return new RotationError(first.code, what, { cause: first, hint: first.hint });
}

/** Returns anything thrown as a RotationError. Keeps the stack frames of a bug, not its message. */
export function toRotationError(thrown: unknown): RotationError {
  if (thrown instanceof RotationError) return thrown;
  const what = `the function failed with ${errorName(thrown)}`;
  const error = new RotationError('unexpected', what, { cause: thrown });
  const frames = thrown instanceof Error ? thrown.stack?.match(/^ +at .*$/gm) : undefined;
  if (frames) error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

/** Words before the text of an error, after its hint, or instead of its hint. */
type Words = { before?: string; after?: string; hint?: string };

/** Returns an error with other words and the same code. */
export function rewordError(thrown: unknown, words: Words): RotationError {
  const { code, what, hint } = toRotationError(thrown);
  const hints = [words.hint ?? hint, words.after].filter(Boolean);
  return new RotationError(code, [words.before, what].filter(Boolean).join(': '), {
    cause: thrown,
    hint: hints.join('; '),
  });
}

/** Returns an error with a code, as those of Node.js have. */
export function codedError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Returns the name of an error if it is one word, as in AWS's exceptions; else its type. */
export function errorName(thrown: unknown): string {
  return thrown instanceof Error && /^\w{1,64}$/.test(thrown.name) ? thrown.name : typeof thrown;
}

/** Returns the `code` of a Node.js, TLS or undici error, such as `ECONNREFUSED`. */
export function errorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
