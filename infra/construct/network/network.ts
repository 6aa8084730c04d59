import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { tcpPort } from '../cdk/tcp-port.ts';
import { API_PORT, HTTPS_PORT, parseOrigin } from '../clusters/api-origin.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';
import { checkGivenEndpoint } from './given-endpoints.ts';
import { VpcEndpoints } from './vpc-endpoints.ts';

// The ports that Redis Enterprise documents for databases.
const DATABASE_PORTS = [10_000, 19_999] as const;

// An imported VPC does not tell whether it has IPv6 addresses, and a rule without them is harmless.
const ANYWHERE = [ec2.Peer.anyIpv4(), ec2.Peer.anyIpv6()];

type Placement = {
  vpc?: ec2.IVpc;
  vpcSubnets?: ec2.SubnetSelection;
  securityGroups?: ec2.ISecurityGroup[];
};

/** The function's place in a VPC, and the ports that it can reach. */
export class Network extends Construct {
  /** Empty without a VPC. */
  readonly placement: Placement;
  /** A rotation works once these exist. */
  readonly dependencies: IDependable[];
  private readonly group: ec2.SecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    checkNetworkProps(props);
    const { vpc, vpcSubnets, securityGroups, vpcEndpoints = [], createVpcEndpoints } = props;
    const groupsOfEndpoints = vpcEndpoints.flatMap(({ connections }) => connections.securityGroups);
    this.dependencies = [this, ...(securityGroups ?? []), ...groupsOfEndpoints];
    this.placement = {};
    if (vpc === undefined) return;
    this.group = securityGroups ? undefined : this.createGroup(vpc, apiPorts(props));
    const groups = securityGroups ?? [this.group as ec2.ISecurityGroup];
    this.placement = { vpc, ...(vpcSubnets && { vpcSubnets }), securityGroups: groups };
    if (createVpcEndpoints) new VpcEndpoints(this, 'Endpoints', vpc, groups, vpcSubnets);
    // In this direction, a rule for an endpoint of another stack is part of this stack.
    for (const { connections } of groups) {
      for (const one of vpcEndpoints) connections.allowToDefaultPort(one, 'endpoints of AWS');
    }
    if (!createVpcEndpoints && vpcEndpoints.length === 0) this.warnIfIsolated(vpc, vpcSubnets);
  }

  /** Opens the port of a database in the security group that this construct created. */
  allowDatabase(port: number): void {
    const [first, last] = DATABASE_PORTS;
    if (this.group === undefined || (port >= first && port <= last)) return;
    allowEgress(this.group, tcpPort(this, port), 'databases');
  }

  private createGroup(vpc: ec2.IVpc, ports: number[]): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'Group', {
      vpc,
      // Another description would replace the group in every deployed stack.
      description: 'Redis Enterprise rotation function: no way in, few ways out',
      allowAllOutbound: false,
    });
    for (const port of new Set([HTTPS_PORT, ...ports])) {
      allowEgress(group, ec2.Port.tcp(port), 'AWS and the API of Redis Enterprise');
    }
    allowEgress(group, ec2.Port.tcpRange(...DATABASE_PORTS), 'databases');
    return group;
  }

  private warnIfIsolated(vpc: ec2.IVpc, selection: ec2.SubnetSelection | undefined): void {
    const { subnets, isPendingLookup } = vpc.selectSubnets(selection);
    if (isPendingLookup) return;
    const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId));
    if (!subnets.some(({ subnetId }) => isolated.has(subnetId))) return;
    Annotations.of(this).addWarningV2(
      'redis-enterprise-rotation:isolatedSubnets',
      'the subnets of the function are isolated, so it reaches Secrets Manager and Systems ' +
        'Manager through VPC endpoints only; hint: set vpcEndpoints to the existing endpoints, ' +
        'or createVpcEndpoints if the VPC has none',
    );
  }
}

function checkNetworkProps(props: RedisEnterpriseRotationProps): void {
  const { vpc, vpcSubnets, securityGroups, vpcEndpoints, createVpcEndpoints } = props;
  if (securityGroups?.length === 0) {
    throw new Error(
      'securityGroups must have at least one group, got none; hint: leave securityGroups out',
    );
  }
  if (vpc === undefined && (vpcSubnets || securityGroups || vpcEndpoints || createVpcEndpoints)) {
    throw new Error(
      'vpcSubnets, securityGroups, vpcEndpoints and createVpcEndpoints need vpc, got none',
    );
  }
  vpcEndpoints?.forEach(checkGivenEndpoint);
  if (!createVpcEndpoints || vpcEndpoints === undefined) return;
  throw new Error(
    'createVpcEndpoints must not be set beside vpcEndpoints; hint: leave createVpcEndpoints out ' +
      'if the VPC has endpoints of Secrets Manager and Systems Manager',
  );
}

function allowEgress(group: ec2.SecurityGroup, port: ec2.Port, description: string): void {
  for (const peer of ANYWHERE) group.addEgressRule(peer, port, description);
}

function apiPorts({ clusters }: RedisEnterpriseRotationProps): number[] {
  if (clusters === undefined) return [API_PORT];
  const origins = Object.values(clusters).flatMap(({ apiEndpoints }) => apiEndpoints);
  return origins.flatMap((origin) => parseOrigin(origin)?.port ?? []);
}
