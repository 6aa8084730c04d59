import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { synthesise, type Template } from './template.ts';

export const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
export const BILLING = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing-d4e5f6';
/** The secret of a client certificate. */
export const CLIENT = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:client-c7d8e9';
export const API = 'https://redis.eu.example.com:9443';
export const HOST = 'redis-12000.redis.eu.example.com';
export const ORDERS = {
  username: 'orders',
  endpoints: [{ host: HOST, port: 12_000 }],
  schedule: 'rate(30 days)',
};
/** The properties with which tests add the secret `BILLING`. */
export const BILLED = { username: 'billing', schedule: ORDERS.schedule };

/** Adds a secret or a user to a construct. */
export type Addition = (rotation: RedisEnterpriseRotation, stack: Construct) => void;

/** Imports a secret, or returns it if the scope has imported it before. */
export function imported(scope: Construct, arn: string): ISecret {
  const known = scope.node.tryFindChild(arn.slice(-6)) as ISecret | undefined;
  return known ?? Secret.fromSecretCompleteArn(scope, arn.slice(-6), arn);
}

/** Returns the properties of a construct with one cluster and its administrator. */
export function propsOf(
  stack: Construct,
  props: Partial<RedisEnterpriseRotationProps> = {},
): RedisEnterpriseRotationProps {
  const eu = { apiEndpoints: [API], adminSecret: imported(stack, ADMIN) };
  return { ...(props.clustersPath === undefined && { clusters: { eu } }), ...props };
}

/** Synthesises a construct with one adopted user, and what `add` adds. */
export function withRotation(
  props: (stack: Construct) => Partial<RedisEnterpriseRotationProps> = () => ({}),
  add: Addition = () => undefined,
): Template {
  return synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack, props(stack)));
    rotation.adoptUser(ORDERS);
    add(rotation, stack);
  });
}
