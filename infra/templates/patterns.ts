import { CLUSTER_NAME } from '../../lambda/secret/value-rules.ts';

// CloudFormation matches a parameter with these patterns before it changes anything. They allow
// nothing that the function does not accept. A test compares both. Lists are one text, because the
// pattern of a CommaDelimitedList cannot forbid an empty item in a list that may be empty.

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?';
// A name whose last label starts with a digit would be an IPv4 address in a URL.
const TOP_LABEL = '[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?';
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const PORT =
  '(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';

const HOST = `(?:(?:${LABEL}\\.)*${TOP_LABEL}|${OCTET}(?:\\.${OCTET}){3})`;
const NAME = `(?:${LABEL}\\.)*${TOP_LABEL}`;
const PATH = '[A-Za-z0-9_./-]';

const whole = (pattern: string) => `^${pattern}$`;
const optional = (pattern: string) => `^(?:${pattern})?$`;
const list = (item: string, more = '*') => `${item}(?:,${item})${more}`;

export const API_ENDPOINTS = whole(list(`https://${HOST}(?::${PORT})?`));
export const CLUSTER = CLUSTER_NAME.source;
export const OPTIONAL_CLUSTERS = optional(list('[\\w.-]{1,128}'));
export const DATABASE_HOST = whole(HOST);
export const OPTIONAL_DATABASE_HOSTS = optional(list(`\\.?${HOST}`));
// The function accepts 15 further endpoints.
export const OPTIONAL_ENDPOINTS = optional(list(`${HOST}:${PORT}`, '{0,14}'));
export const OPTIONAL_SERVER_NAME = optional(NAME);
export const OPTIONAL_SECRET_ARN = optional(
  'arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}',
);
const KEY_ARN = 'arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+';
export const OPTIONAL_KEY_ARN = optional(KEY_ARN);
export const OPTIONAL_KEY_ARNS = optional(list(KEY_ARN));
export const OPTIONAL_TOPIC_ARN = optional(
  'arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}',
);
export const OPTIONAL_POLICY_ARN = optional(
  'arn:aws[a-z-]*:iam::(?:aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@/_-]+',
);
export const OPTIONAL_SUBNETS = optional(list('subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})'));
export const OPTIONAL_SECURITY_GROUPS = optional(list('sg-(?:[0-9a-f]{8}|[0-9a-f]{17})'));
export const OPTIONAL_CERTIFICATE = optional('[\\s\\S]*-----BEGIN CERTIFICATE-----[\\s\\S]+');
export const OPTIONAL_EMAIL = optional('[\\w.+-]+@[\\w.-]+');
/** A username that a tag and the name of a secret can have. */
export const USERNAME = whole('(?!default$)[A-Za-z0-9_./=+@-]{1,255}');
const BUCKET_LABEL = '[a-z0-9]+(?:-+[a-z0-9]+)*';
export const BUCKET = whole(`${BUCKET_LABEL}(?:\\.${BUCKET_LABEL})*`);
export const OPTIONAL_PREFIX = optional(`(?!/)${PATH}*/`);
export const STACK = whole('[A-Za-z][A-Za-z0-9-]{0,127}');
export const SECRET_PREFIX = whole('[A-Za-z0-9/_+=.@-]{1,200}');
export const SCHEDULE = whole('(?:rate|cron)\\([^()]+\\)');
export const OPTIONAL_WINDOW = optional('(?:[1-9]|1[0-9]|2[0-4])h');
/** Letters and digits must remain for passwords. */
export const PUNCTUATION = whole('[ !-/:-@\\[-`{-~]*');
export const JSON_OBJECT = whole('\\{[\\s\\S]*\\}');
