import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { parseOrigin } from './api-origin.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import { tcpPort } from './tcp-port.ts';

// The ports that Redis Enterprise documents for databases, and the default port of its REST API.
const DATABASE_PORTS = [10_000, 19_999] as const;
const API_PORT = 9_443;
const HTTPS_PORT = 443;

type Placement = {
  vpc?: ec2.IVpc;
  vpcSubnets?: ec2.SubnetSelection;
  securityGroups?: ec2.ISecurityGroup[];
};

/** The function's place in a VPC, and the ports that it can reach. */
export class Network extends Construct {
  /** Empty without a VPC. */
  readonly placement: Placement;
  private readonly group: ec2.SecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const { vpc, vpcSubnets, securityGroups, createVpcEndpoints = false } = props;
    if (securityGroups?.length === 0) {
      throw new Error(
        'securityGroups must have at least one group, got none; hint: leave securityGroups out',
      );
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

  /** Opens the port of a database in the security group that this construct created. */
  allowDatabase(port: number): void {
    const [first, last] = DATABASE_PORTS;
    if (port >= first && port <= last) return;
    this.group?.addEgressRule(ec2.Peer.anyIpv4(), tcpPort(this, port), 'databases');
  }

  private createGroup(vpc: ec2.IVpc, ports: number[]): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'Group', {
      vpc,
      // Another description would replace the group in every deployed stack.
      description: 'Redis Enterprise rotation function: no way in, few ways out',
      allowAllOutbound: false,
    });
    const allow = (port: ec2.Port, description: string) =>
      group.addEgressRule(ec2.Peer.anyIpv4(), port, description);
    for (const port of new Set([HTTPS_PORT, ...ports])) {
      allow(ec2.Port.tcp(port), 'AWS and the API of Redis Enterprise');
    }
    allow(ec2.Port.tcpRange(...DATABASE_PORTS), 'databases');
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
      // The private DNS name replaces the public name for the whole VPC, so the whole VPC needs
      // access: CDK's default. The given groups may block egress, or have other addresses.
      const endpoint = new ec2.InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        ...(subnets && { subnets }),
      });
      Validations.of(endpoint).acknowledge({
        id: 'AwsSolutions::AwsSolutions-EC23',
        reason:
          'access is open to the addresses of the VPC only, which may be unknown at synthesis',
      });
      for (const from of groups) endpoint.connections.allowDefaultPortFrom(from, 'the function');
    }
  }
}

function apiPorts({ clusters }: RedisEnterpriseRotationProps): number[] {
  if (clusters === undefined) return [API_PORT];
  const origins = Object.values(clusters).flatMap(({ apiEndpoints }) => apiEndpoints);
  return origins.flatMap((origin) => parseOrigin(origin)?.port ?? []);
}
