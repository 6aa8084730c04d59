import type { ScheduleProps } from './schedule.ts';

/** How a secret rotates. */
export interface RotationProps extends ScheduleProps {
  /**
   * The secret's value has these `clusters`, by name.
   *
   * @default - every cluster
   *
   * @example
   * const schedule = 'rate(30 days)';
   * rotation.addSecret('Billing', billingSecret, { schedule, clusters: ['eu', 'us'] });
   */
  readonly clusters?: string[];
}

/** How an existing secret rotates. */
export interface AddSecretProps extends RotationProps {
  /**
   * The secret rotates at its first deployment, and at each deployment that changes the schedule.
   * If false, Secrets Manager only runs `testSecret` at those times.
   *
   * @default true
   *
   * @example
   * const schedule = 'rate(30 days)';
   * rotation.addSecret('Billing', billingSecret, { schedule, rotateImmediately: false });
   */
  readonly rotateImmediately?: boolean;

  /**
   * The construct tags a secret of this app with this username, which must be the `username` in the
   * secret. Admin mode needs the tag. For an imported secret, CDK prints the command that tags it.
   *
   * @default - the construct does not tag the secret
   *
   * @example
   * const schedule = 'rate(30 days)';
   * rotation.addSecret('Billing', billingSecret, { schedule, username: 'billing' });
   */
  readonly username?: string;
}
