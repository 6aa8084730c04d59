import { ADMIN, BILLING } from './rotation-template.ts';

// Parts of the context of cdk.json.
export const CLUSTERS = { eu: { apiEndpoints: ['https://redis.example.com:9443'] } };
export const HOST = 'db.redis.example.com';
export const USER = {
  endpoints: [{ host: HOST, port: 12_000 }],
  schedule: 'rate(7 days)',
};
export const WITH_ADMIN = { eu: { ...CLUSTERS.eu, adminSecretArn: ADMIN } };
export const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';
export const VPC = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
};
export const SECRET = { arn: BILLING, schedule: 'rate(7 days)' };
