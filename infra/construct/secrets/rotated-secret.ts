import { type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantRead } from '../access/grant-read.ts';
import { completeArn } from '../cdk/complete-arn.ts';

/** The target of a rule. */
export interface OnRotatedProps {
  /**
   * EventBridge invokes this target after AWSCURRENT has moved.
   *
   * @example
   * rotation.adoptUser(ordersProps).onRotated('Redeploy', { target });
   */
  readonly target: IRuleTarget;

  /**
   * The scope of the rule. If the target is in another stack that uses this secret, set that stack.
   * Otherwise, the two stacks depend on each other.
   *
   * @default - the rotated secret
   *
   * @example
   * rotation.adoptUser(ordersProps).onRotated('Redeploy', { target, scope: this });
   */
  readonly scope?: Construct;
}

/** A secret that rotates. */
export class RotatedSecret extends Construct {
  /**
   * The secret that applications read.
   *
   * @example
   * const { secret } = rotation.adoptUser(ordersProps);
   * new CfnOutput(this, 'SecretArn', { value: secret.secretArn });
   */
  readonly secret: ISecret;

  /** @ignore */
  constructor(scope: Construct, id: string, secret: ISecret) {
    super(scope, id);
    this.secret = secret;
  }

  /**
   * Allows a role or user to read the secret, and to use its customer-managed key for that.
   *
   * @example
   * rotation.adoptUser(ordersProps).grantRead(task.taskRole);
   */
  grantRead(grantee: IGrantable): Grant {
    return grantRead(this.secret, grantee);
  }

  /**
   * Invokes a target each time AWSCURRENT of the secret moves: after a rotation or a rollback.
   *
   * @example
   * rotation.adoptUser(ordersProps).onRotated('Redeploy', { target });
   */
  onRotated(id: string, props: OnRotatedProps): Rule {
    const { target, scope = this } = props;
    return new Rule(scope, id, {
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['Secret Label Updated'],
        resources: [completeArn(this, this.secret)],
        // Labels that the function moves for itself do not concern applications.
        detail: { labelUpdated: ['AWSCURRENT'] },
      },
      targets: [target],
    });
  }
}
