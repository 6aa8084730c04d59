import { App, Duration, Stack } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';

// The templates for cfn-lint, in addition to the example's: one with every resource of the
// construct, and one with a hundred users.
const app = new App();
const apiEndpoints = ['https://redis.eu.example.com:9443'];
const endpoints = [{ host: 'redis-12000.redis.eu.example.com', port: 12_000 }];

const everything = new Stack(app, 'Everything');
const encryptionKey = new Key(everything, 'Key');
const adminSecret = new Secret(everything, 'Admin', { encryptionKey }) as ISecret;
const rotation = new RedisEnterpriseRotation(everything, 'Rotation', {
  clusters: { eu: { apiEndpoints, adminSecret, serverName: 'redis.eu.example.com' } },
  vpc: new Vpc(everything, 'Vpc') as IVpc,
  createVpcEndpoints: true,
});
const window = Duration.hours(3);
const schedule = 'cron(0 3 ? * SUN#1 *)';
const orders = rotation.adoptUser({
  endpoints,
  username: 'orders',
  encryptionKey,
  schedule,
  window,
});
orders.onRotated('Redeploy', { target: new SnsTopic(new Topic(everything, 'Topic')) });

const hundred = new Stack(app, 'Hundred');
const many = new RedisEnterpriseRotation(hundred, 'Rotation', {
  clustersPath: '/redis-enterprise/clusters',
  adminSecrets: [new Secret(hundred, 'Admin') as ISecret],
});
for (let index = 1; index <= 100; index += 1) {
  many.adoptUser({ endpoints, username: `user-${index}`, schedule: 'rate(30 days)' });
}
app.synth();
