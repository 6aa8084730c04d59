/** An option of the command line, and what `--help` says about it. */
type Option = { type: 'string' | 'boolean'; short?: string; value?: string; help: string };

/** Every option of every command. An option has one meaning in all commands. */
export const OPTIONS = {
  secret: { type: 'string', value: 'ID', help: 'the name or the complete ARN of the secret' },
  all: { type: 'boolean', help: 'every secret that has the user tag' },
  function: {
    type: 'string',
    value: 'NAME',
    help: "the function; default: the function of the secret's rotation",
  },
  errors: { type: 'boolean', help: 'also show the last error of each secret, from the log' },
  watch: { type: 'boolean', help: 'show it again every 10 seconds, until Ctrl-C' },
  timeout: {
    type: 'string',
    value: 'SECONDS',
    help: 'how long to watch the rotation; default: 300',
  },
  'version-id': {
    type: 'string',
    value: 'ID',
    help: 'the version to go back to; default: AWSPREVIOUS, or else the newest that is valid',
  },
  api: { type: 'string', value: 'URL', help: 'the REST API, such as https://host:9443' },
  admin: { type: 'string', value: 'NAME', help: 'the administrator that logs in' },
  ca: { type: 'string', value: 'FILE', help: 'the certificates to trust, in PEM' },
  'server-name': { type: 'string', value: 'NAME', help: 'the name in the certificate' },
  database: { type: 'string', value: 'HOST:PORT', help: 'a database of the cluster' },
  plain: { type: 'boolean', help: 'the database does not use TLS' },
  'default-user': {
    type: 'string',
    value: 'HOST:PORT',
    help: 'a database whose default user gets passwords, and loses them',
  },
  expired: { type: 'string', value: 'NAME', help: 'a user whose password has expired' },
  region: { type: 'string', value: 'NAME', help: 'the AWS Region' },
  profile: { type: 'string', value: 'NAME', help: 'the profile of the AWS configuration' },
  json: { type: 'boolean', help: 'print JSON' },
  yes: {
    type: 'string',
    value: 'USERNAME',
    help: 'do not ask: confirm this username',
  },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** The options that a command line gives. */
export type Values = {
  [Name in OptionName]?: (typeof OPTIONS)[Name]['type'] extends 'boolean' ? boolean : string;
};

/** The options that every command takes. */
export const COMMON = ['json', 'help'] as const;

/** The options of the commands that call AWS. */
export const AWS = ['region', 'profile'] as const;
