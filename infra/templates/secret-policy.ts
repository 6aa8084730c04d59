import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type CfnResourcePolicy,
  type ISecret,
  ResourcePolicy,
} from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ROTATE } from '../construct/access/secret-access.ts';
import { START_ROTATION } from '../construct/secrets/user-fields.ts';

interface SecretPolicyProps {
  /** The role of the rotation function. */
  readonly functionRoleArn: string;
  /** The role of the handler of fields, which starts the rotation that a new cluster needs. */
  readonly fieldsRoleArn: string;
}

/** The policy of a user's secret. So neither role changes for a user, and none has a limit. */
export class SecretPolicy extends Construct {
  constructor(scope: Construct, id: string, secret: ISecret, props: SecretPolicyProps) {
    super(scope, id);
    const policy = new ResourcePolicy(this, 'Policy', { secret });
    const allow = (roleArn: string, actions: string[]) =>
      policy.document.addStatements(
        new PolicyStatement({
          principals: [new ArnPrincipal(roleArn)],
          actions,
          // In the policy of a secret, this is the secret.
          resources: ['*'],
        }),
      );
    allow(props.functionRoleArn, ROTATE.secrets);
    allow(props.fieldsRoleArn, START_ROTATION.secrets);
    (policy.node.defaultChild as CfnResourcePolicy).blockPublicPolicy = true;
  }
}
