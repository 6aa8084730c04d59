import type { Cluster } from './cluster.ts';
import type { ClusterUser } from './users.ts';

/**
 * Returns whether a password satisfies the documented rules, if the cluster enforces them.
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/password-complexity-rules/
 */
export function isComplex(
  password: string,
  user: Pick<ClusterUser, 'name' | 'email'>,
  { policy, options }: Pick<Cluster, 'policy' | 'options'>,
): boolean {
  if (!policy.passwordComplexity) return true;
  const isLegacy = options.complexity === 'before 6.2.12';
  const words = isLegacy ? [user.name, user.email] : [user.email];
  return (
    password.length >= policy.passwordMinLength &&
    [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].every((type) => type.test(password)) &&
    (!isLegacy || (/^[A-Za-z]/.test(password) && /[A-Za-z]$/.test(password))) &&
    !repeats(password, options.repeating) &&
    !words.some((word) => word !== '' && contains(password, word))
  );
}

function repeats(password: string, repeating: 'in a row' | 'in all'): boolean {
  if (repeating === 'in a row') return /(.)\1{3}/.test(password);
  return [...password].some((one) => password.split(one).length > 4);
}

function contains(password: string, word: string): boolean {
  const reversed = [...word].reverse().join('');
  return password.includes(word) || password.includes(reversed);
}
