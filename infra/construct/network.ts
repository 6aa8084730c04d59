import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { readOrigin } from './host.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';

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
  private readonly group: ec2.SecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const { vpc, vpcSubnets, securityGroups, createVpcEndpoints = false } = props;
    if (securityGroups?.length === 0) {
      throw new Error('securityGroups must have at least one, got none; leave it out for one');
    }
    if (vpc === undefined) {
      if (vpcSubnets || securityGroups || createVpcEndpoints) {
        throw new Error('vpcSubnets, securityGroups and createVpcEndpoints need vpc, got none');
      }
      this.placement = {};
      return;
    }
    this.group = securityGroups ? undefined : this.createGroup(vpc, apiPorts(props));
    const groups = securityGroups ?? [this.group as ec2.ISecurityGroup];
    this.placement = { vpc, ...(vpcSubnets && { vpcSubnets }), securityGroups: groups };
    if (createVpcEndpoints) this.createEndpoints(vpc, groups, vpcSubnets);
  }

  /** Lets the function reach a database, where its group is ours. */
  allowDatabase(port: number): void {
    const [first, last] = DATABASE_PORTS;
    if (port >= first && port <= last) return;
    this.group?.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port), 'databases');
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
    subnets: ec2.SubnetSelection | undefined,
  ): void {
    const services = {
      SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Parameters: ec2.InterfaceVpcEndpointAwsService.SSM,
    };
    for (const [name, service] of Object.entries(services)) {
      // Its private name replaces AWS's public one in the whole VPC, so that all of the VPC needs
      // to reach it: CDK's default. The groups may have closed ways out, or other addresses.
      const endpoint = new ec2.InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        ...(subnets && { subnets }),
      });
      Validations.of(endpoint).acknowledge({
        id: 'AwsSolutions::AwsSolutions-EC23',
        reason: "the only way in is from the VPC's own addresses, which may be known at deployment",
      });
      for (const from of groups) endpoint.connections.allowDefaultPortFrom(from, 'the function');
    }
  }
}

/** The ports of the clusters' APIs. */
function apiPorts({ clusters }: RedisEnterpriseRotationProps): number[] {
  if (clusters === undefined) return [API_PORT];
  const origins = Object.values(clusters).flatMap(({ apiEndpoints }) => apiEndpoints);
  return origins.flatMap((origin) => readOrigin(origin)?.port ?? []);
}
