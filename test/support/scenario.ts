import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { holder, moveLabel } from '../sandbox/aws/secret-store.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import type { ClusterUser, Role } from '../sandbox/cluster/users.ts';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { makeSecret } from '../sandbox/setup.ts';
import { virtualTime } from '../sandbox/virtual-time.ts';
import { openWorld, type World, type WorldOptions } from '../sandbox/world.ts';
import { brokenPromises, leaks } from './promises.ts';
import { openWitness, type Witness } from './witness.ts';

export const FIRST_PASSWORD = 'the-first-password-1';
export const OVERLAP_SECONDS = 3_600;
export const FUNCTION_TIMEOUT_SECONDS = 120;

/** A world on a clock of its own, with one user and the secret of its password. */
export type Scenario = World & {
  time: ReturnType<typeof virtualTime>;
  user: ClusterUser;
  arn: string;
  /** Notes what the servers see of the secret and its user. */
  witness: Witness;
  overlapMs: number;
};

export type ScenarioOptions = Pick<
  WorldOptions,
  'database' | 'ssl' | 'settings' | 'clientAuthority' | 'load'
> & {
  login?: 'self' | 'admin';
  /** Fields that the secret's value has beside, or instead of, the usual ones. */
  value?: Record<string, unknown>;
  /** The secret names no database. */
  noDatabase?: boolean;
  /** The management role of the user; default: what the login needs. */
  role?: Role;
  userTag?: string | undefined;
  /** Default: a clock of its own. */
  time?: Scenario['time'];
};

export async function openScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const { time = virtualTime(() => world.propagation.deliver()) } = options;
  const { login = 'admin' } = options;
  const settings = {
    OVERLAP_SECONDS: String(OVERLAP_SECONDS),
    FUNCTION_TIMEOUT_SECONDS: String(FUNCTION_TIMEOUT_SECONDS),
    ...options.settings,
  };
  const overlap = Number(settings.OVERLAP_SECONDS);
  const world: World = await openWorld({
    ...options,
    time,
    admin: login === 'admin',
    settings,
  });
  const { role = login === 'self' ? 'db_viewer' : 'none' } = options;
  const user = await addUser(world.cluster, { name: 'orders', role, passwords: [FIRST_PASSWORD] });
  const endpoint = options.noDatabase ? {} : { host: '127.0.0.1', port: world.database.port };
  const ssl = options.ssl === false ? { ssl: false } : {};
  const value = { username: 'orders', password: FIRST_PASSWORD, ...endpoint, ...ssl };
  const userTag = 'userTag' in options ? options.userTag : 'orders';
  const arn = await makeSecret(world, 'orders', { ...value, ...options.value }, userTag);
  const witness = openWitness({ ...world, time }, arn, user.name);
  witness.watch({ ...world, name: 'sandbox' });
  const invoke: World['invoke'] = (event, context) =>
    witness.invocation(event, () => world.invoke(event, context));
  world.driver.invoke = invoke;
  const scenario = { ...world, time, user, arn, witness, invoke, overlapMs: overlap * 1_000 };
  return {
    ...scenario,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      const broken = promisesBroken(scenario);
      if (broken.length > 0) throw new Error(`a promise was broken: ${broken.join('; ')}`);
    },
  };
}

/** What was broken of what always holds, whatever a test did. */
export function promisesBroken({ witness, overlapMs, lines }: Scenario): string[] {
  const leaking = leaks([...witness.texts, ...lines], witness.secrets);
  return [...brokenPromises({ ...witness, overlapMs }), ...leaking];
}

/** What AWS does before createSecret: a version of the token, with AWSPENDING and no value. */
export function stageToken(
  { store, arn }: Pick<Scenario, 'store' | 'arn'>,
  token: string = randomUUID(),
): string {
  store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = FUNCTION_ARN;
    const version = { value: undefined, stages: [], createdAt: 0, rotationToken: undefined };
    secret.versions.set(token, { id: token, ...version });
    moveLabel(secret, 'AWSPENDING', token);
  });
  return token;
}

/** What Secrets Manager sends; whether a retry has the same RotationToken is not documented. */
export function stepEvent(
  SecretId: string,
  Step: string,
  ClientRequestToken: string,
): Record<string, string> {
  return { Step, SecretId, ClientRequestToken, RotationToken: randomUUID() };
}

/** Calls one step of the function. */
export function callStep({ invoke, arn }: Scenario, Step: string, token: string): Promise<unknown> {
  return invoke(stepEvent(arn, Step, token));
}

export function reconcile({ invoke, arn }: Scenario): Promise<unknown> {
  return invoke({ Step: 'reconcile', SecretId: arn });
}

/** Ends every password but a new one, as an operator does after a leak. */
export function replaceAll({ invoke, arn, user }: Scenario): Promise<unknown> {
  return invoke({ Step: 'replaceAll', SecretId: arn, Confirm: user.name });
}

/** The labels of every version that has some, without AWSPREVIOUS; VersionIds are left out. */
export function labels({ store, arn }: Scenario): string[][] {
  const versions = [...store.latest(arn).versions.values()];
  return versions.map(({ id, stages }) =>
    stages
      .filter((label) => label !== 'AWSPREVIOUS')
      .map((label) => label.replace(`-${id}`, '').replace(/\d{9,}/, 'then')),
  );
}

/** The password of a version. */
export function passwordOf({ store, arn }: Scenario, label: string): string | undefined {
  const versions = [...store.latest(arn).versions.values()];
  const value = versions.find(({ stages }) => stages.includes(label))?.value;
  if (value === undefined || !('SecretString' in value)) return undefined;
  return (JSON.parse(value.SecretString) as { password?: string }).password;
}

/** The VersionId of the version that has a label. */
export function idOf({ store, arn }: Scenario, label: string): string | undefined {
  return holder(store.latest(arn), label)?.id;
}

/** Puts a value by hand, as an operator does. */
export async function putByHand(
  { secretsManager, arn }: Scenario,
  value: object,
  more: object = {},
): Promise<void> {
  const input = { SecretId: arn, SecretString: JSON.stringify(value), ...more };
  await secretsManager.send(new PutSecretValueCommand(input));
}
