/** Every way in which the function gives up, in the order of a rotation. The list is closed. */
export const ROTATION_ERROR_CODES = [
  'setting_invalid',
  'event_invalid',
  'rotation_not_enabled',
  'token_not_staged',
  'current_missing',
  'token_not_pending',
  'replace_in_progress',
  'pending_not_created',
  'labels_exhausted',
  'secret_value_invalid',
  'secret_value_changed',
  'user_tag_mismatch',
  'host_not_allowed',
  'cluster_parameter_invalid',
  'admin_secret_invalid',
  'current_password_missing',
  'current_password_refused',
  'pending_password_refused',
  'cluster_login_refused',
  'cluster_permission_denied',
  'cluster_user_not_found',
  'cluster_password_refused',
  'cluster_reply_unexpected',
  'cluster_unreachable',
  'database_reply_unexpected',
  'database_unreachable',
  'certificate_refused',
  'password_not_deleted',
  'aws_call_failed',
  'unexpected',
] as const;

export type RotationErrorCode = (typeof ROTATION_ERROR_CODES)[number];

/** What is kept of a cause: its message may quote a reply or a parser's input, so it is dropped. */
export type Cause = { name: string; code?: string };

/**
 * The one error of the function. `name` is the code too, so that Lambda reports the code as the
 * invocation's error type. The message says what failed, the value seen and the value allowed,
 * then `hint:` and the next action. It never holds a password, a reply body or a token.
 */
export class RotationError extends Error {
  override readonly name: RotationErrorCode;
  readonly code: RotationErrorCode;
  override readonly cause?: Cause;

  constructor(code: RotationErrorCode, what: string, hint: string, cause?: unknown) {
    super(`${what}; hint: ${hint}`);
    this.name = code;
    this.code = code;
    if (cause !== undefined) this.cause = causeOf(cause);
  }
}

/** Anything thrown, as a RotationError. Of a bug, the stack's frames are kept and the message not. */
export function toRotationError(thrown: unknown): RotationError {
  if (thrown instanceof RotationError) return thrown;
  const error = new RotationError(
    'unexpected',
    `the function failed with ${causeOf(thrown).name}`,
    'rotate again, then report this with the stack',
    thrown,
  );
  const frames = thrown instanceof Error ? thrown.stack?.match(/^ +at .*$/gm) : undefined;
  if (frames) error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

/** Reduces anything thrown to its name and code. */
export function causeOf(thrown: unknown): Cause {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const code = codeOf(thrown);
  return code === undefined ? { name: thrown.name } : { name: thrown.name, code };
}

/** The `code` of a Node.js, TLS or undici error, such as `ECONNREFUSED`. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
