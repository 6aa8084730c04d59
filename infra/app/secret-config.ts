import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ScheduleProps } from '../construct/schedule/schedule.ts';
import type { AppConfig } from './app-config.ts';

/** Returns the properties that the secret of any adopted user may have. */
export function adoptedProps(
  scope: Construct,
  id: string,
  user: AppConfig['defaultUsers'][string],
) {
  const { clusters, ssl, login, extraFields, secretName } = user;
  const { secretArn, encryptionKeyArn: keyArn } = user;
  // A kept secret is imported with its key.
  const own = secretArn
    ? { secret: importSecret(scope, id, secretArn, keyArn) }
    : keyArn && { encryptionKey: Key.fromKeyArn(scope, id, keyArn) };
  const optional = { clusters, ssl, login, extraFields, secretName };
  return { ...scheduleOf(user), ...withoutUndefined(optional), ...own };
}

export function importSecret(
  parent: Construct,
  id: string,
  secretCompleteArn: string,
  keyArn: string | undefined,
): ISecret {
  const scope = new Construct(parent, id);
  const encryptionKey = keyArn && Key.fromKeyArn(scope, 'Key', keyArn);
  const attributes = { secretCompleteArn, ...(encryptionKey && { encryptionKey }) };
  return Secret.fromSecretAttributes(scope, 'Secret', attributes);
}

type Times = Pick<
  AppConfig['secrets'][string],
  'schedule' | 'automaticallyAfterDays' | 'windowHours'
>;

export function scheduleOf({
  schedule,
  automaticallyAfterDays: days,
  windowHours,
}: Times): ScheduleProps {
  return {
    ...(schedule !== undefined && { schedule }),
    ...(days !== undefined && { automaticallyAfter: Duration.days(days) }),
    ...(windowHours !== undefined && { window: Duration.hours(windowHours) }),
  };
}

type Defined<T> = { [key in keyof T]?: Exclude<T[key], undefined> };

export function withoutUndefined<T extends object>(values: T): Defined<T> {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Defined<T>;
}
