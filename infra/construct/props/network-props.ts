import type {
  IInterfaceVpcEndpoint,
  ISecurityGroup,
  IVpc,
  SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';

/** The network of the function. */
export interface NetworkProps {
  /**
   * The function runs in this VPC, which must reach the clusters.
   *
   * @default - the function runs outside a VPC and reaches the clusters over the internet
   *
   * @example
   * const vpc = Vpc.fromLookup(this, 'Vpc', { vpcName: 'redis' });
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, vpc });
   */
  readonly vpc?: IVpc;

  /**
   * The function runs in these subnets.
   *
   * @default - the private subnets of the VPC
   *
   * @example
   * const vpcSubnets = { subnetType: SubnetType.PRIVATE_ISOLATED };
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, vpc, vpcSubnets, vpcEndpoints });
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The function uses these security groups. The construct adds no rule to them, except to reach
   * `vpcEndpoints`.
   *
   * @default - a new group that allows egress to HTTPS, the API's ports and the database ports
   * only, over IPv4 and IPv6
   *
   * @example
   * const group = SecurityGroup.fromSecurityGroupId(this, 'Group', 'sg-0123456789abcdef0');
   * const securityGroups = [group];
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, vpc, securityGroups });
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The existing endpoints of Secrets Manager and Systems Manager in the VPC. The construct allows
   * the function in their security groups.
   *
   * @default - the construct changes no existing endpoint
   *
   * @example
   * const SECRETS_MANAGER = InterfaceVpcEndpointAwsService.SECRETS_MANAGER;
   * const secretsManager = vpc.addInterfaceEndpoint('Secrets', { service: SECRETS_MANAGER });
   * const ssm = vpc.addInterfaceEndpoint('Ssm', { service: InterfaceVpcEndpointAwsService.SSM });
   * const vpcEndpoints = [secretsManager, ssm];
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, vpc, vpcEndpoints });
   */
  readonly vpcEndpoints?: IInterfaceVpcEndpoint[];

  /**
   * If true, the construct creates the interface endpoints of Secrets Manager and Systems Manager.
   * A VPC without a NAT gateway needs them. The whole VPC then reaches both services through them.
   * A VPC can have one of each, so set it in one construct only. An imported VPC needs its
   * `vpcCidrBlock`.
   *
   * @default false
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, vpc, createVpcEndpoints: true });
   */
  readonly createVpcEndpoints?: boolean;
}
