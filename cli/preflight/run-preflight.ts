import { fieldsOf } from '../../lambda/json.ts';
import type { Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import type { Clients } from '../aws/clients.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import { invoke } from '../aws/invoke.ts';
import { Failure } from '../failure.ts';
import { checkSameUser } from './same-user.ts';

/** Invokes preflight for a secret. `list` lists the secrets that may name the same user. */
export async function runPreflight(
  secret: FoundSecret,
  functionName: string,
  clients: Clients,
  list: () => Promise<FoundSecret[]>,
): Promise<Preflight> {
  const event = { Step: 'preflight', SecretId: secret.arn };
  const result = await invoke(clients, functionName, event);
  if (!isPreflight(result)) {
    const message = 'the reply of the function has no checks';
    const hint = 'check that it is the function of this package, and of this version';
    throw new Failure(2, 'unexpected', message, hint);
  }
  return withChecks(result, await checkSameUser(secret, list));
}

function isPreflight(result: unknown): result is Preflight {
  return Array.isArray(fieldsOf(result)?.checks);
}

/** Inserts the command's own checks after the function's checks of the same name. */
function withChecks({ ok, checks }: Preflight, own: Check[]): Preflight {
  const index = checks.findLastIndex(({ check }) => check === own[0]?.check) + 1;
  return { ok, checks: checks.toSpliced(index, 0, ...own) };
}
