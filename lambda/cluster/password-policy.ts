import type { JsonObject } from '../json.ts';
import type { PasswordPolicy } from '../password/generate.ts';

// The maximum that a cluster can require.
const MIN_LENGTH_MAX = 256;

/**
 * Parses the password rules in the reply to `GET /v1/cluster`.
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/password-complexity-rules/
 */
export function parsePolicy(fields: JsonObject): Omit<PasswordPolicy, 'cluster'> {
  const { password_complexity: isComplex, password_min_length: minLength } = fields;
  const isLength = Number.isInteger(minLength) && Number(minLength) <= MIN_LENGTH_MAX;
  return {
    isComplex: typeof isComplex === 'boolean' ? isComplex : undefined,
    minLength: isLength ? Number(minLength) : undefined,
  };
}
