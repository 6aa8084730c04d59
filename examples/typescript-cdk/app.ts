import { App, Duration, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RedisEnterpriseRotation } from 'redis-enterprise-rotation';

const app = new App();
const stack = new Stack(app, 'RedisEnterpriseRotation');

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:redis-enterprise/admin-a1b2c3';
const adminSecret = Secret.fromSecretCompleteArn(stack, 'Admin', arn);
const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
  clusters: { eu: { apiEndpoints: ['https://redis.eu.example.com:9443'], adminSecret } },
});

const users = {
  orders: { host: 'redis-12000.redis.eu.example.com', port: 12_000 },
  carts: { host: 'redis-12000.redis.eu.example.com', port: 12_000 },
  billing: { host: 'redis-12001.redis.eu.example.com', port: 12_001 },
};
for (const [username, endpoint] of Object.entries(users)) {
  rotation.adoptUser({
    username,
    endpoints: [endpoint],
    automaticallyAfter: Duration.days(30),
  });
}
