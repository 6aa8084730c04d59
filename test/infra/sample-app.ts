/** Returns the code of an app that uses the package: a construct in `scope` with one user. */
export const sampleRotation = (scope: string) => `
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
  const adminSecret = Secret.fromSecretCompleteArn(${scope}, 'Admin', arn);
  const apiEndpoints = ['https://redis.eu.example.com:9443'];
  const rotation = new RedisEnterpriseRotation(${scope}, 'Rotation', {
    clusters: { eu: { apiEndpoints, adminSecret } },
  });
  rotation.adoptUser({
    username: 'orders',
    endpoints: [{ host: 'redis-12000.redis.eu.example.com', port: 12000 }],
    automaticallyAfter: Duration.days(30),
  });
`;
