import { ACCOUNT, REGION } from '../sandbox/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { runCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
type Invocation = {
  state: string;
  step: string;
  age: number;
  code?: string;
  CurrentPasswordRejected?: number;
};

/** Writes the last line of an invocation into the log; without a code, of a success. */
export function logInvocation(
  world: World,
  { state, step, age, code, ...metrics }: Invocation,
): void {
  const line = {
    timestamp: new Date(Date.now() - age),
    message: code === undefined ? 'done' : 'failed',
    ...metrics,
    step,
    secretId: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${nameOf(state)}-a1b2c3`,
    ...(code && { code, error: `why ${code}; hint: correct ${code}` }),
  };
  world.lines.push(JSON.stringify(line));
}

/** Runs `status --errors` on secrets that are well, except for the log. */
export async function statusOf(invocations: Omit<Invocation, 'state'>[], ...args: string[]) {
  await using world = await openWorld({ database: 'built-in' });
  const { well } = TWELVE;
  if (well === undefined) throw new Error('no state');
  addSecrets(world, { well, logged: well, ...(TWELVE.overdue && { overdue: TWELVE.overdue }) });
  for (const one of invocations) logInvocation(world, { state: 'logged', ...one });
  const { code, out } = await runCli(world, 'status', '--errors', ...args);
  const rows = out.split('\n').filter((line) => /^(fail|warn|ok) /.test(line));
  return { code, out, rows: rows.map((row) => row.split(/ +/).slice(0, 2).join(' ')) };
}

export const rejected = { code: 'current_password_refused', step: 'reconcile', age: HOUR_MS };
