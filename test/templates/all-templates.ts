import { synthesizeTemplates } from '../../infra/build/templates.ts';
import type { TemplateBody, Values } from './evaluate.ts';

export const ZIP_FILES = { rotation: 'function-0.zip', userFields: 'fields-0.zip' };

/** The templates, as `npm run templates` writes them. */
export const TEMPLATES = synthesizeTemplates(ZIP_FILES) as Record<
  'rotation' | 'user' | 'cluster',
  TemplateBody
>;

export const ADMIN_ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';

/** Values for the parameters of a cluster that have no default. */
export const CLUSTER_VALUES: Values = {
  ClusterName: 'eu',
  ApiEndpoints: 'https://redis.eu.example.com:9443',
  AdminSecretArn: ADMIN_ARN,
};
/** Values for the parameters of the function that have no default. */
export const ROTATION_VALUES: Values = { CodeBucket: 'example-code', ...CLUSTER_VALUES };
/** Values for the parameters of a user that have no default. */
export const USER_VALUES: Values = {
  RotationStack: 'redis',
  Username: 'orders',
  Host: 'redis-12000.redis.eu.example.com',
  Port: '12000',
};
