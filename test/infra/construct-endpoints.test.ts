import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLED, BILLING, imported, propsOf } from './rotation-template.ts';
import { ofType, synthesise } from './template.ts';

const SERVICE = InterfaceVpcEndpointAwsService.SECRETS_MANAGER;

const isolatedVpc = (scope: Construct) =>
  new Vpc(scope, 'Vpc', {
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  }) as IVpc;

const rotate = (
  scope: Construct,
  id: string,
  props: Partial<RedisEnterpriseRotationProps>,
): RedisEnterpriseRotation => new RedisEnterpriseRotation(scope, id, propsOf(scope, props));

test('existing endpoints of another stack admit the function', () => {
  const app = new App({ analyticsReporting: false });
  const around = new Stack(app, 'Around');
  const vpc = new Vpc(around, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
  const endpoint = new InterfaceVpcEndpoint(around, 'Secrets', {
    vpc,
    service: SERVICE,
    open: false,
  });
  const stack = new Stack(app, 'Test');
  rotate(stack, 'Rotation', { vpc, vpcEndpoints: [endpoint] });
  const { Resources: resources } = app.synth().getStackByName('Test').template;
  const rules = ofType({ resources, outputs: {}, bytes: 0 }, 'AWS::EC2::SecurityGroupIngress');
  expect(rules.map(({ Properties }) => Properties.FromPort)).toEqual([443]);
  expect(JSON.stringify(rules[0]?.Properties.GroupId)).toContain('Around');
});

test('the first rotation waits until existing endpoints admit the function', () => {
  const template = synthesise((stack) => {
    const vpc = isolatedVpc(stack);
    const endpoint = vpc.addInterfaceEndpoint('Secrets', { service: SERVICE, open: false });
    const rotation = rotate(stack, 'Rotation', { vpc, vpcEndpoints: [endpoint] });
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const types = schedule?.DependsOn?.map((id) => template.resources[id]?.Type);
  expect(types).toContain('AWS::EC2::SecurityGroupIngress');
});

test('the construct rejects createVpcEndpoints twice in a VPC, in one stack or in two', () => {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Test');
  const vpc = isolatedVpc(stack);
  rotate(stack, 'One', { vpc, createVpcEndpoints: true });
  const again = (scope: Construct) => () => rotate(scope, 'Two', { vpc, createVpcEndpoints: true });
  expect(again(stack)).toThrow(
    "must be true once for each VPC, got it at 'Test/Two/Network/Endpoints' and at " +
      "'Test/One/Network/Endpoints'",
  );
  expect(again(new Stack(app, 'Other'))).toThrow('must be true once for each VPC');
});

test('the construct rejects createVpcEndpoints twice for one VPC that is imported twice', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Test');
  const attributes = { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['s-1'] };
  const importVpc = (id: string) =>
    Vpc.fromVpcAttributes(stack, id, { ...attributes, vpcCidrBlock: '10.0.0.0/16' });
  rotate(stack, 'One', { vpc: importVpc('VpcOne'), createVpcEndpoints: true });
  const again = () => rotate(stack, 'Two', { vpc: importVpc('VpcTwo'), createVpcEndpoints: true });
  expect(again).toThrow('must be true once for each VPC');
});

test('two VPCs that wait for their look-up each get endpoints', () => {
  const env = { account: '123456789012', region: 'eu-west-1' };
  const stack = new Stack(new App({ analyticsReporting: false }), 'Test', { env });
  const lookUp = (vpcName: string) => Vpc.fromLookup(stack, vpcName, { vpcName });
  rotate(stack, 'One', { vpc: lookUp('red'), createVpcEndpoints: true });
  const again = () => rotate(stack, 'Two', { vpc: lookUp('blue'), createVpcEndpoints: true });
  expect(again).not.toThrow();
});

const publicVpc = (scope: Construct) => new Vpc(scope, 'Vpc') as IVpc;
const endpointOf = (scope: Construct, vpc: IVpc) =>
  new InterfaceVpcEndpoint(scope, 'Secrets', { vpc, service: SERVICE });

const WARNED: [subnets: string, props: (stack: Construct) => object, warnings: number][] = [
  ['isolated subnets', (s) => ({ vpc: isolatedVpc(s) }), 1],
  [
    'isolated subnets and created endpoints',
    (s) => ({ vpc: isolatedVpc(s), createVpcEndpoints: true }),
    0,
  ],
  [
    'isolated subnets and given endpoints',
    (s) => {
      const vpc = isolatedVpc(s);
      return { vpc, vpcEndpoints: [endpointOf(s, vpc)] };
    },
    0,
  ],
  ['subnets with a NAT gateway', (s) => ({ vpc: publicVpc(s) }), 0],
];

test.each(
  WARNED,
)('the construct warns of missing endpoints as it must: %s', (_, props, warnings) => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Test');
  rotate(stack, 'Rotation', props(stack));
  const text = Match.stringLikeRegexp('the subnets of the function are isolated');
  expect(Annotations.fromStack(stack).findWarning('*', text)).toHaveLength(warnings);
});
