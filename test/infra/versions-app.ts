import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { ORDERS } from './rotation-template.ts';

// An app with every resource of the construct. A test bundles it with two versions of aws-cdk-lib.
const app = new App({ analyticsReporting: false });
const env = { account: '123456789012', region: 'eu-west-1' };
const stack = new Stack(app, 'Test', { env });
const encryptionKey = new Key(stack, 'Key');
const adminSecret = new Secret(stack, 'Admin', { encryptionKey }) as ISecret;
const eu = { apiEndpoints: ['https://redis.eu.example.com:9443'], adminSecret };
const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
  clusters: { eu },
  vpc,
  createVpcEndpoints: true,
  alarmTopic: new Topic(stack, 'Topic'),
});
rotation.adoptUser({ ...ORDERS, encryptionKey, window: Duration.hours(3) });

const another = new Stack(app, 'Another', { env });
const other = new Vpc(another, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
const service = InterfaceVpcEndpointAwsService.SSM;
new RedisEnterpriseRotation(another, 'Rotation', {
  clustersPath: '/redis',
  vpc: other,
  vpcEndpoints: [new InterfaceVpcEndpoint(another, 'Ssm', { vpc: other, service })],
  logGroup: new LogGroup(another, 'Log', { encryptionKey: new Key(another, 'Key') }),
  dashboard: false,
});

const templates = app.synth().stacks.map(({ template }) => template);
process.stdout.write(JSON.stringify(templates));
