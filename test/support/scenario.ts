import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { holder, moveLabel } from '../sandbox/aws/secret-store.ts';
import type { ClusterUser, Role } from '../sandbox/cluster/users.ts';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { makeSecret } from '../sandbox/setup.ts';
import { virtualTime } from '../sandbox/virtual-time.ts';
import { openWorld, type World, type WorldOptions } from '../sandbox/world.ts';
import { addFirstUser, firstValue } from './first-user.ts';
import { promisesBroken } from './promises.ts';
import { openWitness, type Witness } from './witness.ts';

export const FIRST_PASSWORD = 'the-first-password-1';
export const OVERLAP_SECONDS = 3_600;
export const FUNCTION_TIMEOUT_SECONDS = 120;

/** A world with virtual time, one user, and the secret of its password. */
export type Scenario = World & {
  time: ReturnType<typeof virtualTime>;
  user: ClusterUser;
  arn: string;
  /** The user tag of the secret at the start. */
  userTag: string | undefined;
  witness: Witness;
  overlapMs: number;
};

export type ScenarioOptions = Pick<
  WorldOptions,
  'database' | 'ssl' | 'settings' | 'clientAuthority' | 'load'
> & {
  login?: 'self' | 'admin';
  /** Fields that the secret's value has besides, or instead of, the usual ones. */
  value?: Record<string, unknown>;
  /** Whether the secret names no database; default false. */
  noDatabase?: boolean;
  /** The management role of the user; default: the role that the login needs. */
  role?: Role;
  /** Whether the user is the default user of the database; default false. */
  isDefaultUser?: boolean;
  userTag?: string | undefined;
  time?: Scenario['time'];
};

/** Opens a scenario, by default on the emulator. Closing it throws if a promise was broken. */
export async function openScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const time = options.time ?? virtualTime(() => world.propagation.deliver());
  const { login = 'admin', database = 'built-in' } = options;
  const settings = {
    OVERLAP_SECONDS: String(OVERLAP_SECONDS),
    FUNCTION_TIMEOUT_SECONDS: String(FUNCTION_TIMEOUT_SECONDS),
    ...options.settings,
  };
  const admin = login === 'admin';
  const world: World = await openWorld({ ...options, database, time, admin, settings });
  const user = await addFirstUser(options, world);
  const bound = options.isDefaultUser ? `default@127.0.0.1:${world.database.port}` : user.name;
  const userTag = 'userTag' in options ? options.userTag : bound;
  const arn = await makeSecret(world, 'orders', firstValue(options, world, user), userTag);
  const witness = openWitness({ ...world, time }, arn, user.name);
  witness.watch({ ...world, name: 'sandbox' });
  const invoke: World['invoke'] = (event, context) =>
    witness.invocation(event, () => world.invoke(event, context));
  world.driver.invoke = invoke;
  const overlapMs = Number(settings.OVERLAP_SECONDS) * 1_000;
  const scenario = { ...world, time, user, arn, userTag, witness, invoke, overlapMs };
  return {
    ...scenario,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      const broken = promisesBroken(scenario);
      if (broken.length > 0) throw new Error(`a promise was broken: ${broken.join('; ')}`);
    },
  };
}

/** Adds a version with AWSPENDING and no value, as AWS does before createSecret. */
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

/**
 * Returns what Secrets Manager sends, with another RotationToken each time: AWS does not document
 * whether a retry has the same one.
 */
export function stepEvent(
  SecretId: string,
  Step: string,
  ClientRequestToken: string,
): Record<string, string> {
  return { Step, SecretId, ClientRequestToken, RotationToken: randomUUID() };
}

export function callStep({ invoke, arn }: Scenario, Step: string, token: string): Promise<unknown> {
  return invoke(stepEvent(arn, Step, token));
}

export function reconcile({ invoke, arn }: Scenario): Promise<unknown> {
  return invoke({ Step: 'reconcile', SecretId: arn });
}

/** Invokes replaceAll, as an operator does after a leak. */
export function replaceAll({ invoke, arn, user }: Scenario): Promise<unknown> {
  return invoke({ Step: 'replaceAll', SecretId: arn, Confirm: user.name });
}

/** Returns the labels of every version, without AWSPREVIOUS, VersionIds and times. */
export function labels({ store, arn }: Scenario): string[][] {
  const versions = [...store.latest(arn).versions.values()];
  return versions.map(({ id, stages }) =>
    stages
      .filter((label) => label !== 'AWSPREVIOUS')
      .map((label) => label.replace(`-${id}`, '').replace(/\d{9,}/, 'then')),
  );
}

/** Returns the password of the version with a label. */
export function passwordOf({ store, arn }: Scenario, label: string): string | undefined {
  const versions = [...store.latest(arn).versions.values()];
  const value = versions.find(({ stages }) => stages.includes(label))?.value;
  if (value === undefined || !('SecretString' in value)) return undefined;
  return (JSON.parse(value.SecretString) as { password?: string }).password;
}

/** Returns the VersionId of the version with a label. */
export function idOf({ store, arn }: Scenario, label: string): string | undefined {
  return holder(store.latest(arn), label)?.id;
}

/** Puts a value manually, as an operator does. */
export async function putManually(
  { secretsManager, arn }: Scenario,
  value: object,
  more: object = {},
): Promise<void> {
  const input = { SecretId: arn, SecretString: JSON.stringify(value), ...more };
  await secretsManager.send(new PutSecretValueCommand(input));
}
