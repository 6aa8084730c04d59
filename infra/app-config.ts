import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const text = z.string().min(1);
const secretArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+-\w{6}$/, {
    error: 'allowed is the complete ARN of a secret, with its last six characters',
  });
const file = text
  .refine((path) => existsSync(path), { error: 'allowed is the path of a file that exists' })
  .transform((path) => readFileSync(path, 'utf8'));

// `--context` on the command line makes texts of numbers.
const number = z.union([
  z.number().min(0),
  z
    .string()
    .regex(/^\d{1,6}$/, { error: 'allowed is a number, 0 or more' })
    .transform(Number),
]);

const rotation = { schedule: text, windowHours: number.optional() };

const cluster = z.strictObject({
  apiEndpoints: z.array(text).min(1),
  adminSecretArn: secretArn.optional(),
  caCertificateFile: file.optional(),
  serverName: text.optional(),
  databaseHosts: z.array(text).min(1).optional(),
});

const user = z.strictObject({ ...rotation, username: text, host: text, port: number });

const secret = z.strictObject({ ...rotation, arn: secretArn });

const vpc = z.strictObject({
  vpcId: text,
  availabilityZones: z.array(text).min(1),
  privateSubnetIds: z.array(text).min(1),
  createVpcEndpoints: z.boolean().default(false),
});

const SCHEMA = z.object({
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/)
    .default('RedisEnterpriseRotation'),
  clusters: z.record(z.string(), cluster),
  users: z.record(z.string(), user).default({}),
  secrets: z.record(z.string(), secret).default({}),
  vpc: vpc.optional(),
  overlapHours: number.default(168),
});

/** What the app deploys. */
export type AppConfig = z.output<typeof SCHEMA>;

/** Reads the app's context; throws with a line for every key that is wrong, by its name. */
export function readConfig(context: (key: string) => unknown): AppConfig {
  const keys = Object.keys(SCHEMA.shape);
  const found = keys.map((key) => [key, context(key)]).filter(([, value]) => value !== undefined);
  const { success, data, error } = SCHEMA.safeParse(Object.fromEntries(found));
  if (success) return data;
  throw new Error(`context of cdk.json:\n${z.prettifyError(error)}`);
}
