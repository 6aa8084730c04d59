// An app that a team writes and asserts: `package.test.ts` runs it with the installed package.
import assert from 'node:assert/strict';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RedisEnterpriseRotation } from 'redis-enterprise-rotation';

const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
const BILLING = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing-d4e5f6';
const ORDERS = {
  username: 'orders',
  endpoints: [{ host: 'redis-12000.redis.eu.example.com', port: 12_000 }],
  schedule: 'rate(30 days)',
};

/** A stack in a VPC without a look-up, with its own security group and key. */
class RotationStack extends Stack {
  constructor(scope, id) {
    super(scope, id);
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    });
    const group = SecurityGroup.fromSecurityGroupId(this, 'Group', 'sg-0123456789abcdef0');
    const adminSecret = Secret.fromSecretCompleteArn(this, 'Admin', ADMIN);
    const rotation = new RedisEnterpriseRotation(this, 'Rotation', {
      clusters: { eu: { apiEndpoints: ['https://redis.eu.example.com:9443'], adminSecret } },
      vpc,
      securityGroups: [group],
    });
    const encryptionKey = new Key(this, 'Key');
    rotation.adoptUser({ ...ORDERS, encryptionKey });
    // The stack does not know its account, and the secret belongs to another stack.
    const billing = Secret.fromSecretCompleteArn(this, 'Billing', BILLING);
    rotation.addSecret('Billing', billing, { username: 'billing', schedule: ORDERS.schedule });
  }
}

const app = new App({ outdir: process.argv[2], analyticsReporting: false });
const stacks = ['Test', 'Production'].map((name) => {
  const stage = new Stage(app, name);
  const stack = new RotationStack(stage, 'Redis');
  const boundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary');
  PermissionsBoundary.of(stage).apply(boundary);
  return stack;
});
for (const stack of stacks) {
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 2);
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: { SecurityGroupIds: ['sg-0123456789abcdef0'] },
  });
  template.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: Match.anyValue() });
  template.hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: Match.anyValue() });
}
const names = stacks.flatMap((stack) => {
  const parameters = Template.fromStack(stack).findResources('AWS::SSM::Parameter');
  return Object.values(parameters).map(({ Properties }) => Properties.Name);
});
assert.equal(new Set(names).size, 6, 'each stage has parameters of its own');
app.synth();
