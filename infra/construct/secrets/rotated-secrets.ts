import { Annotations, Tags } from 'aws-cdk-lib';
import type { CfnRotationSchedule, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { USER_TAG } from '../../../lambda/names.ts';
import { DEFAULT_USER } from '../../../lambda/secret/user.ts';
import { checkSecretAccount, completeArn, warnOfName } from '../cdk/complete-arn.ts';
import { checkEncryptionKey } from '../cdk/encryption-key.ts';
import type { AdoptDefaultUserProps } from '../props/default-user-props.ts';
import type { AddSecretProps } from '../props/secret-props.ts';
import type { AdoptUserProps } from '../props/user-props.ts';
import { createRotationSchedule } from '../schedule/rotation-schedule.ts';
import { rotationRules } from '../schedule/schedule.ts';
import { checkCount, claimSecret, claimUser } from './added-secrets.ts';
import { RotatedSecret } from './rotated-secret.ts';
import type { RotationParts } from './rotation-parts.ts';
import { warnOfSharedUser } from './shared-users.ts';
import { checkClusterNames, checkUserClusters, hasAdministrator } from './user-clusters.ts';
import { UserFields } from './user-fields.ts';
import { userSecret } from './user-secret.ts';
import { checkUsername, defaultUserTag, tagWithUser, warnOfNoUsername } from './user-tag.ts';
import { isNotLookedUp, type UserValue, userValue } from './user-value.ts';
import { warnOfWrittenValue } from './written-value.ts';

// Enough for one deployment, and few enough for the concurrency of a new account, which is 10.
const FIRST_ROTATIONS_AT_ONCE = 5;

/** The secrets that a construct rotates. */
export class RotatedSecrets extends Construct {
  private readonly parts: RotationParts;
  private readonly schedules: CfnRotationSchedule[] = [];
  private readonly atOnce: number;
  private userFields: UserFields | undefined;

  constructor(scope: Construct, id: string, parts: RotationParts) {
    super(scope, id);
    this.parts = parts;
    this.atOnce = parts.own?.props.firstRotationsAtOnce ?? FIRST_ROTATIONS_AT_ONCE;
    if (Number.isInteger(this.atOnce) && this.atOnce >= 1) return;
    throw new Error(`firstRotationsAtOnce must be a whole number from 1, got ${this.atOnce}`);
  }

  /** The number of secrets. */
  get count(): number {
    return this.schedules.length;
  }

  /** Rotates an existing secret. */
  add(id: string, secret: ISecret, props: AddSecretProps): RotatedSecret {
    const name = `secret '${id}'`;
    const { username, clusters } = props;
    this.check(name, username, props);
    warnOfWrittenValue(secret, name);
    if (username !== undefined) {
      this.claimUser(name, username, props);
      tagWithUser(secret, username);
    } else if (hasAdministrator(clusters, this.parts.own?.props)) warnOfNoUsername(secret, name);
    return this.rotate(new Construct(this, `Secret ${id}`), name, secret, props);
  }

  /** Creates the secret of an existing user, or takes a kept one back, and rotates it. */
  adopt(props: AdoptUserProps, tag = props.username): RotatedSecret {
    const { endpoints } = props;
    const name = `user '${tag}'`;
    this.check(name, tag, props);
    this.claimUser(name, tag, props);
    const value = userValue(name, props);
    checkUserClusters(name, props, this.parts.own?.props);
    // An id with a slash has another meaning, and no username has a percent sign.
    const scope = new Construct(this, `User ${tag.replaceAll('/', '%')}`);
    const secret = userSecret(scope, name, props);
    // A kept secret has its tag, and CDK cannot tag an imported one.
    Tags.of(secret).add(USER_TAG, tag);
    for (const { port } of endpoints) this.openPort(name, scope, port);
    return this.rotate(scope, name, secret, props, value);
  }

  /** Creates the secret of a database's default user, or takes a kept one back, and rotates it. */
  adoptDefault({ database, ...props }: AdoptDefaultUserProps): RotatedSecret {
    const username = DEFAULT_USER;
    return this.adopt({ ...props, username, endpoints: [database] }, defaultUserTag(database));
  }

  /** Throws if this construct cannot rotate one more secret with these properties. */
  private check(name: string, username: string | undefined, props: AddSecretProps): void {
    if (username !== undefined) checkUsername(name, username);
    checkCount(name, this.count);
    checkClusterNames(name, props.clusters, this.parts.own?.props);
    rotationRules(name, props, this.parts.overlap);
  }

  /** Throws if this function rotates the user already. Warns if another one of the app does. */
  private claimUser(name: string, username: string, { clusters }: AddSecretProps): void {
    const { rotation, fn, own } = this.parts;
    claimUser(rotation, fn, name, username);
    if (own) warnOfSharedUser(rotation, username, clusters, own.props);
  }

  private openPort(name: string, scope: Construct, port: number): void {
    if (isNotLookedUp(port)) {
      // The CDK CLI discards this error if it looks values up and synthesizes again.
      Annotations.of(scope).addError(`port of ${name} must be 1 to 65535, got NaN`);
    } else this.parts.own?.network.allowDatabase(port);
  }

  private rotate(
    scope: Construct,
    name: string,
    secret: ISecret,
    props: AddSecretProps,
    value?: UserValue,
  ): RotatedSecret {
    const { rotation, fn, overlap, access, reconcileSchedule, own, scheduleDependencies } =
      this.parts;
    const secretId = completeArn(this, secret);
    checkSecretAccount(this, secret);
    checkEncryptionKey(name, secret.encryptionKey);
    claimSecret(rotation, name, secretId);
    warnOfName(secret, secretId);
    access.add(secret);
    const waits = [this.schedules.at(-this.atOnce)].filter((one) => one !== undefined);
    const fields = value && this.openUserFields().add(scope, secret, value);
    fields?.node.addDependency(...scheduleDependencies, ...waits);
    // The secret of an adopted user has no password yet, which testSecret could verify.
    const rotateImmediately = value !== undefined || (props.rotateImmediately ?? true);
    const schedule = createRotationSchedule(scope, name, {
      ...{ secretId, functionArn: fn.functionArn, rotateImmediately },
      rotationRules: rotationRules(name, props, overlap),
    });
    schedule.node.addDependency(...(fields ? [fields] : scheduleDependencies), ...waits);
    this.schedules.push(schedule);
    reconcileSchedule.add(scope.node.id, secretId);
    own?.outputs.addSecret(secretId);
    return new RotatedSecret(scope, 'Rotated', secret);
  }

  /** Only users need the handler of fields. */
  private openUserFields(): UserFields {
    this.userFields ??= new UserFields(this, 'Fields', this.parts.userFields);
    return this.userFields;
  }
}
