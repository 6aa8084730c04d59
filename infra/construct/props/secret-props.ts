import type { ScheduleProps } from '../schedule/schedule.ts';

/** How a secret rotates. */
export interface RotationProps extends ScheduleProps {
  /**
   * The names of the user's clusters: `clusters` of the secret's value.
   *
   * @default - every cluster
   *
   * @example
   * const props = { schedule: 'rate(30 days)', clusters: ['eu', 'us'] };
   */
  readonly clusters?: string[];
}

/** How an existing secret rotates. */
export interface AddSecretProps extends RotationProps {
  /**
   * If true, the secret rotates at its first deployment, and at each deployment that changes the
   * schedule or the window. If false, Secrets Manager only tests the password at those times.
   *
   * @default true
   *
   * @example
   * const schedule = 'rate(30 days)';
   * rotation.addSecret('Billing', billingSecret, { schedule, rotateImmediately: false });
   */
  readonly rotateImmediately?: boolean;

  /**
   * The `username` in the secret. The construct tags a secret of this app with it. For an imported
   * secret, `cdk synth` prints the command that adds the tag. Admin mode needs the tag.
   *
   * @default - the construct does not tag the secret
   *
   * @example
   * const schedule = 'rate(30 days)';
   * rotation.addSecret('Billing', billingSecret, { schedule, username: 'billing' });
   */
  readonly username?: string;
}
