import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { RedisEnterpriseRotationProps } from './rotation-props.ts';

// The documented range of Redis Enterprise's databases, and the usual port of its API.
const DATABASE_PORTS = [10_000, 19_999] as const;
const API_PORT = 9_443;
const HTTPS_PORT = 443;

type Placement = {
  vpc?: ec2.IVpc;
  vpcSubnets?: ec2.SubnetSelection;
  securityGroups?: ec2.ISecurityGroup[];
};

/** Where the function stands in a VPC, and what it may reach from there. */
export class Network extends Construct {
  /** Empty where there is no VPC. */
  readonly placement: Placement;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const { vpc, vpcSubnets, securityGroups, createVpcEndpoints = false } = props;
    if (vpc === undefined) {
      if (vpcSubnets || securityGroups || createVpcEndpoints) {
        throw new Error('vpcSubnets, securityGroups and createVpcEndpoints need vpc, got none');
      }
      this.placement = {};
      return;
    }
    const groups = securityGroups ?? [this.createGroup(vpc, apiPorts(props))];
    const subnets = vpcSubnets && { vpcSubnets };
    this.placement = { vpc, ...subnets, securityGroups: groups };
    if (createVpcEndpoints) this.createEndpoints(vpc, groups, subnets);
  }

  private createGroup(vpc: ec2.IVpc, ports: number[]): ec2.SecurityGroup {
    const description = 'Redis Enterprise rotation function: no way in, few ways out';
    const group = new ec2.SecurityGroup(this, 'Group', {
      vpc,
      description,
      allowAllOutbound: false,
    });
    for (const port of new Set([HTTPS_PORT, ...ports])) {
      group.addEgressRule(
        ec2.Peer.anyIpv4(),
        ec2.Port.tcp(port),
        'AWS and the API of Redis Enterprise',
      );
    }
    const [first, last] = DATABASE_PORTS;
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcpRange(first, last), 'databases');
    return group;
  }

  private createEndpoints(
    vpc: ec2.IVpc,
    groups: ec2.ISecurityGroup[],
    subnets: { vpcSubnets: ec2.SubnetSelection } | undefined,
  ): void {
    const services = {
      SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Parameters: ec2.InterfaceVpcEndpointAwsService.SSM,
    };
    const description = 'Interface endpoints of the Redis Enterprise rotation function';
    const allowAllOutbound = false;
    const group = new ec2.SecurityGroup(this, 'Endpoints', { vpc, description, allowAllOutbound });
    for (const from of groups) group.addIngressRule(from, ec2.Port.tcp(HTTPS_PORT), 'the function');
    for (const [name, service] of Object.entries(services)) {
      new ec2.InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        securityGroups: [group],
        open: false,
        ...(subnets && { subnets: subnets.vpcSubnets }),
      });
    }
  }
}

/** The ports of the clusters' APIs. */
function apiPorts({ clusters }: RedisEnterpriseRotationProps): number[] {
  const origins = Object.values(clusters ?? {}).flatMap(({ apiEndpoints }) => apiEndpoints);
  const known = origins.filter((one) => URL.canParse(one)).map((one) => new URL(one).port);
  return clusters === undefined ? [API_PORT] : known.map((port) => Number(port || HTTPS_PORT));
}
