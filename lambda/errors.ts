/** Every way in which the function gives up, and the next action of whoever reads it. */
const HINTS = {
  setting_invalid: "correct it in the function's configuration",
  event_invalid: 'let AWS Secrets Manager invoke the function, or copy the event from the outputs',
  rotation_not_enabled: 'enable rotation with rotate-secret',
  token_not_staged: 'start a rotation with rotate-secret instead of invoking the function by hand',
  current_missing: 'put a value with put-secret-value, then rotate again',
  token_not_pending: 'this rotation was abandoned for another one: nothing to do',
  replace_in_progress: 'run replaceAll again; if nothing leaked, remove the label REPLACING',
  pending_not_created: 'remove AWSPENDING from that version, then rotate again',
  labels_exhausted: 'take off labels that are not in use, or let reconcile run, then rotate again',
  secret_value_invalid: 'correct the value with put-secret-value, then rotate again',
  secret_value_changed: 'remove AWSPENDING from its version, then rotate again',
  user_tag_mismatch: 'put the right value back; if the value is right, tag the secret with it',
  host_not_allowed: "correct the host, or add it to the cluster's database-hosts",
  cluster_parameter_invalid: 'correct it with put-parameter; it is read again within 5 minutes',
  client_certificate_invalid:
    'put { "certificate": PEM, "privateKey": PEM } that the cluster trusts into the secret of ' +
    'client-certificate-secret-arn',
  admin_secret_invalid:
    'put { "username", "password" } of an admin into the secret of admin-secret-arn',
  current_password_missing: 'put the password into the secret, or rotate in admin mode',
  current_password_refused: 'put the valid password into the secret; in admin mode, rotate',
  pending_password_refused:
    "check the user's role in the database, and whether the account is locked or expired",
  cluster_login_refused:
    'put the valid login into the secret or the admin secret, or the certificate that a user is ' +
    'mapped to; check that the account is not locked or expired, and Basic authentication on',
  cluster_permission_denied:
    'give the login a role that may do this: in admin mode admin, in self mode any but none; ' +
    'where it has that role, see whether the account is locked',
  cluster_user_not_found:
    'correct username in the secret, or create the user on the cluster; one that the API knows ' +
    'by email alone rotates in self mode',
  cluster_user_not_regular: 'rotate only users that log in with a password',
  cluster_password_refused: "set PASSWORD_LENGTH and EXCLUDE_CHARACTERS to the cluster's rules",
  cluster_version_unsafe:
    'put "login": "self" into the secret, or upgrade the cluster to 7.8.6-119, 7.22.0-216 or later',
  cluster_reply_unexpected: 'name the primary node in api-endpoints, or enable handle_redirects',
  cluster_unreachable:
    'check api-endpoints, the security groups, and whether the API asks for a client certificate',
  database_reply_unexpected: 'check that host and port are those of a Redis Enterprise database',
  database_unreachable: 'check host, port and ssl in the secret, DNS, and security groups',
  certificate_refused: "put the issuing CA, or the certificate, into the cluster's ca-certificate",
  password_not_deleted: "compare the user's passwords with AWSCURRENT, then run reconcile",
  deadline_exceeded: "find the slow call in the log, or raise the function's timeout",
  aws_call_failed: "check the function's network path to AWS, then rotate again",
  unexpected: 'rotate again, then report this with its stack',
};

export type RotationErrorCode = keyof typeof HINTS;

/** Every code that there is. */
export const ERROR_CODES = Object.keys(HINTS);

/** What is kept of a cause: its message may quote a reply or a parser's input, so it is dropped. */
type Cause = { name: string; code: string | undefined };

/**
 * The one error of the function. `name` is the code too, so that Lambda reports the code as the
 * invocation's error type. The message says what failed, the value seen and the value allowed,
 * then `hint:` and the next action. It never holds a password, a reply body or a token.
 */
export class RotationError extends Error {
  override readonly name: RotationErrorCode;
  override cause?: Cause;
  readonly code: RotationErrorCode;

  constructor(
    code: RotationErrorCode,
    what: string,
    { cause, hint = HINTS[code] }: { cause?: unknown; hint?: string | undefined } = {},
  ) {
    super(`${what}; hint: ${hint}`);
    this.name = code;
    this.code = code;
    if (cause !== undefined) this.cause = { name: errorName(cause), code: errorCode(cause) };
  }

  /** The two parts of the message: what failed, and the next action. */
  get parts(): { what: string; hint: string } {
    const [what = '', hint = ''] = this.message.split('; hint: ');
    return { what, hint };
  }
}

/** Anything thrown, as a RotationError. A bug's message is dropped, its stack's frames are kept. */
export function toRotationError(thrown: unknown): RotationError {
  if (thrown instanceof RotationError) return thrown;
  const what = `the function failed with ${errorName(thrown)}`;
  const error = new RotationError('unexpected', what, { cause: thrown });
  const frames = thrown instanceof Error ? thrown.stack?.match(/^ +at .*$/gm) : undefined;
  if (frames) error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

/** The name of an error, where it is one word as AWS's exceptions have it. */
export function errorName(thrown: unknown): string {
  return thrown instanceof Error && /^\w{1,64}$/.test(thrown.name) ? thrown.name : typeof thrown;
}

/** The `code` of a Node.js, TLS or undici error, such as `ECONNREFUSED`. */
export function errorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
