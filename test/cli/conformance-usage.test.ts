import { expect, test } from 'vitest';
import { readOptions } from '../../cli/conformance/options.ts';
import { UsageError } from '../../cli/failure.ts';
import type { Values } from '../../cli/options.ts';
import { runCommand } from './conformance-command.ts';

const REQUIRED = ['--api', 'https://127.0.0.1:1', '--admin', 'me'];
const VALUES: Values = { api: 'https://127.0.0.1:1', admin: 'me' };

test.concurrent('fails at the end of standard input without a password', async () => {
  const { code, err } = await runCommand(REQUIRED).ended;
  expect([code, err]).toEqual([
    2,
    'password of me: \nthe password of me is empty\n' +
      'hint: type it, or set REDIS_ENTERPRISE_PASSWORD\n',
  ]);
});

test.each<[Values, string]>([
  [{ database: 'nowhere' }, '--database is nowhere, allowed is host:port'],
  [{ ca: '/nowhere' }, '--ca /nowhere cannot be read: ENOENT'],
  [{ ca: 'package.json' }, '--ca package.json has no PEM certificate'],
  [{ expired: 'me' }, '--expired needs the password in REDIS_ENTERPRISE_EXPIRED_PASSWORD'],
  [{ api: 'http://127.0.0.1' }, 'give --api https://host:9443 and --admin'],
])('names what is invalid in %j', (values, message) => {
  expect(() => readOptions({ ...VALUES, ...values }, {})).toThrow(message);
  expect(() => readOptions({ ...VALUES, ...values }, {})).toThrow(UsageError);
});

test.concurrent('prints the usage after an invalid command line', async () => {
  const { code, out, err } = await runCommand(['--admin', 'me']).ended;
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('give --api https://host:9443 and --admin\nusage: ');
});

test.concurrent('prints no usage and no users if the cluster is unreachable', async () => {
  const variables = { REDIS_ENTERPRISE_PASSWORD: 'secret' };
  const { code, err } = await runCommand(REQUIRED, variables).ended;
  expect([code, err]).toEqual([
    2,
    'connect ECONNREFUSED 127.0.0.1:1\nhint: check --api, --admin, --ca and --server-name\n',
  ]);
});
