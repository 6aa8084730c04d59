import { AWS, type OptionName } from './options.ts';
import type { Session } from './session.ts';

/** A command of `redis-enterprise-rotation`. */
export type Command = {
  /** One line of the list of commands. */
  summary: string;
  /** The options besides the common ones, as the first line of `--help` shows them. */
  usage: string;
  options: readonly OptionName[];
  /** What `--help` says below the usage: lines of at most 80 characters. */
  about: string;
  /** Loads the code of the command, which loads the AWS SDK. */
  load: () => Promise<{ run: Run }>;
};

/** Runs a command. Returns its exit code: 0 well, 1 something is wrong. */
export type Run = (session: Session) => Promise<number>;

export const COMMANDS: Record<string, Command> = {
  status: {
    summary: 'show the rotated secrets, and what needs attention',
    usage: '[--secret ID] [--errors] [--watch]',
    options: ['secret', 'errors', 'watch', ...AWS],
    about: `Lists the Region's secrets that have the tag redis-enterprise-rotation:user:
what needs attention is first. Reads labels and dates, and no secret value.
--errors runs a query in CloudWatch Logs Insights, which AWS bills by the data
that it scans.`,
    load: () => import('./status/command.ts'),
  },
  preflight: {
    summary: 'check whether the next rotation would succeed',
    usage: '--secret ID [--function NAME] | --all',
    options: ['secret', 'all', 'function', ...AWS],
    about: 'Invokes the function, which checks everything and changes nothing.',
    load: () => import('./preflight/command.ts'),
  },
  rotate: {
    summary: 'rotate a secret now, and watch it',
    usage: '--secret ID [--timeout SECONDS]',
    options: ['secret', 'timeout', ...AWS],
    about: `Starts a rotation as the console does, and watches the staging labels. Ctrl-C
ends the command: the rotation goes on in AWS.`,
    load: () => import('./rotate/command.ts'),
  },
  'roll-back': {
    summary: 'go back to a password that is still valid',
    usage: '--secret ID [--version-id ID] [--yes USERNAME]',
    options: ['secret', 'version-id', 'yes', ...AWS],
    about: `Makes a replaced password AWSCURRENT again, if every cluster accepts it. Deletes
no password. Shows what will happen, and asks for the username.`,
    load: () => import('./change/roll-back.ts'),
  },
  'replace-all': {
    summary: 'after a leak: replace all passwords of the user',
    usage: '--secret ID [--yes USERNAME]',
    options: ['secret', 'yes', ...AWS],
    about: `Replaces all passwords of the user with one new password, on every cluster. It
LOCKS OUT every application until the application reads the secret again. Shows
what will happen, and asks for the username.`,
    load: () => import('./change/replace-all.ts'),
  },
  conformance: {
    summary: 'test what a cluster does, with test users',
    usage: '--api URL --admin NAME [--ca FILE] [--server-name NAME]',
    options: ['api', 'admin', 'ca', 'server-name', 'database', 'plain', 'default-user', 'expired'],
    about: `Prompts for the administrator's password, or reads it from the variable
REDIS_ENTERPRISE_PASSWORD. Creates users named rotation-conformance-*, tries the
password API on them, and deletes them. Needs no AWS. The password of --expired
is in REDIS_ENTERPRISE_EXPIRED_PASSWORD.`,
    load: () => import('./conformance/command.ts'),
  },
};
