import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InterfaceVpcEndpoint, InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge, complianceFindings } from '../cdk/acknowledge.ts';

// What `Vpc.fromLookup` returns until the CDK CLI has looked the VPC up.
const DUMMY_VPC_ID = 'vpc-12345';

const OPEN_TO_VPC = [
  { pack: 'AwsSolutions', rule: 'EC23' },
  ...complianceFindings('EC2RestrictedCommonPorts', true),
  ...complianceFindings('EC2RestrictedSSH', true),
];

/** The interface endpoints of the AWS services that the function calls. */
export class VpcEndpoints extends Construct {
  private readonly vpc: ec2.IVpc;

  constructor(
    scope: Construct,
    id: string,
    vpc: ec2.IVpc,
    groups: ec2.ISecurityGroup[],
    subnets: ec2.SubnetSelection | undefined,
  ) {
    super(scope, id);
    this.vpc = vpc;
    this.checkFirst();
    const services = {
      SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Parameters: InterfaceVpcEndpointAwsService.SSM,
    };
    for (const [name, service] of Object.entries(services)) {
      // The private DNS name replaces the public name for the whole VPC, so the whole VPC needs
      // access: CDK's default. The given groups may block egress, or have other addresses.
      const endpoint = new InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        ...(subnets && { subnets }),
      });
      acknowledge(
        endpoint,
        OPEN_TO_VPC,
        'access is open to the addresses of the VPC only, which may be unknown at synthesis',
      );
      for (const from of groups) endpoint.connections.allowDefaultPortFrom(from, 'the function');
    }
  }

  /** Throws if another construct of the app creates endpoints in the same VPC. */
  private checkFirst(): void {
    const other = this.node.root.node.findAll().find((one) => this.isOfSameVpc(one));
    if (other === undefined) return;
    throw new Error(
      `createVpcEndpoints must be true once for each VPC, got it at '${this.node.path}' and at ` +
        `'${other.node.path}'; hint: leave it out of one construct, as the endpoints serve the ` +
        'whole VPC',
    );
  }

  private isOfSameVpc(other: IConstruct): boolean {
    if (!(other instanceof VpcEndpoints) || other === this) return false;
    const isKnown = this.vpc.vpcId !== DUMMY_VPC_ID;
    return other.vpc === this.vpc || (isKnown && other.vpc.vpcId === this.vpc.vpcId);
  }
}
