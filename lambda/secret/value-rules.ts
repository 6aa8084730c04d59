import { type Rule, stringListRule, stringRule } from '../field-rules.ts';
import { describeHost, isHost, parseEndpoint, parsePort } from '../network/endpoint.ts';

// Redis Enterprise's pattern for a username: printable ASCII without " & < >, here also without a
// space at an end, which is a typo.
export const USERNAME = /^(?! )[ -!#-%'-;=?-~]{1,255}(?<! )$/;
export const EMAIL = /^[\w.+-]+@[\w.-]+$/;
// The function resolves four names at a time: more endpoints would take the time of other secrets.
const ENDPOINTS_MAX = 15;

export const CLUSTER_NAME = /^[\w.-]{1,128}$/;

/** A lone surrogate would be sent as another character: two passwords of versions would be one. */
export const PASSWORD = stringRule(
  'a string with characters in it',
  (seen) => seen !== '' && seen.isWellFormed(),
  false,
  (seen) => (seen.isWellFormed() ? undefined : 'a string that is not well-formed Unicode'),
);

/** The rules for the fields of a value. Any other field may have any value. */
export const VALUE_RULES: Record<string, Rule> = {
  // The tag of a default user begins so: it must not name another user.
  username: stringRule(
    'the name of a user, which does not begin with default@',
    (seen) => USERNAME.test(seen) && !seen.startsWith('default@'),
    true,
  ),
  password: PASSWORD,
  host: stringRule('a host name or an IP address', isHost, false, describeHost),
  port: {
    allowed: 'a whole number from 1 to 65535',
    accepts: (seen) => parsePort(seen) !== undefined,
  },
  endpoints: stringListRule(
    `a list of at most ${ENDPOINTS_MAX} "host:port"`,
    (seen) => parseEndpoint(seen) !== undefined,
    {
      maxLength: ENDPOINTS_MAX,
      describe: (seen) => (isHost(seen) ? 'a host without a port' : undefined),
    },
  ),
  // The key/value editor of AWS's console writes strings only.
  ssl: {
    allowed: 'true or false, in lower case, not yes or no',
    accepts: (seen) => typeof seen === 'boolean' || seen === 'true' || seen === 'false',
  },
  email: stringRule('an email address', (seen) => EMAIL.test(seen)),
  login: stringRule('"self" or "admin"', (seen) => seen === 'self' || seen === 'admin'),
  clusters: stringListRule(
    'a list of one or more cluster names',
    (seen) => CLUSTER_NAME.test(seen),
    {
      minLength: 1,
    },
  ),
  engine: stringRule('"redis-enterprise"', (seen) => seen === 'redis-enterprise'),
};
