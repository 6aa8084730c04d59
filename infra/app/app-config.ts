import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { SECRET_ARN } from '../../lambda/event.ts';
import { parseEndpoint } from '../../lambda/network/endpoint.ts';
import { OVERLAP_RANGE } from '../../lambda/settings.ts';

const HOUR_SECONDS = 3_600;

const text = z.string().min(1);
// An ARN without the last six characters is not complete.
const secretArn = z.string().refine((arn) => SECRET_ARN.test(arn) && /-\w{6}$/.test(arn), {
  error: 'allowed is the complete ARN of a secret, with its last six characters',
});
const keyArn = z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/\S+$/, {
  error: 'allowed is the ARN of a key, not of an alias',
});
const topicArn = z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:\S+$/, {
  error: 'allowed is the ARN of an SNS topic',
});
const file = text
  .refine((path) => statSync(path, { throwIfNoEntry: false })?.isFile(), {
    error: 'allowed is the path of an existing file, relative to the current folder',
  })
  .transform((path) => readFileSync(path, 'utf8'));

// `--context` on the command line turns numbers into strings.
const NUMBER = 'allowed is a number, 0 or more';
const number = z.union(
  [
    z.number().min(0, { error: NUMBER }),
    z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number),
  ],
  { error: NUMBER },
);

/** An object of these keys only. */
function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code, keys = [] }: { code?: string; keys?: string[] }) =>
      code === 'unrecognized_keys'
        ? `unknown key ${keys.join(', ')}; allowed are ${allowed}`
        : undefined,
  });
}

// The construct requires exactly one of the first two.
const rotation = {
  schedule: text.optional(),
  automaticallyAfterDays: number.optional(),
  windowHours: number.optional(),
  clusters: z.array(text).optional(),
};

const cluster = strict({
  apiEndpoints: z.array(text).min(1),
  adminSecretArn: secretArn.optional(),
  adminEncryptionKeyArn: keyArn.optional(),
  clientCertificateSecretArn: secretArn.optional(),
  clientCertificateEncryptionKeyArn: keyArn.optional(),
  caCertificateFile: file.optional(),
  serverName: text.optional(),
  databaseHosts: z.array(text).min(1).optional(),
})
  .refine((one) => !one.adminEncryptionKeyArn || one.adminSecretArn, {
    path: ['adminSecretArn'],
    error: 'adminEncryptionKeyArn requires adminSecretArn',
  })
  .refine((one) => !one.clientCertificateEncryptionKeyArn || one.clientCertificateSecretArn, {
    path: ['clientCertificateSecretArn'],
    error: 'clientCertificateEncryptionKeyArn requires clientCertificateSecretArn',
  });

const adopted = {
  ...rotation,
  ssl: z.boolean().optional(),
  login: z.literal('admin', { error: 'allowed is admin' }).optional(),
  extraFields: z.record(z.string(), z.unknown()).optional(),
  secretName: text.optional(),
  secretArn: secretArn.optional(),
  encryptionKeyArn: keyArn.optional(),
};

const user = strict({
  ...adopted,
  endpoints: z.array(strict({ host: text, port: number })),
  email: text.optional(),
});

const defaultUsers = z
  .record(z.string(), strict(adopted))
  .refine((all) => Object.keys(all).every((key) => parseEndpoint(key) !== undefined), {
    error: 'allowed are keys host:port',
  });

const secret = strict({
  ...rotation,
  arn: secretArn,
  encryptionKeyArn: keyArn.optional(),
  username: text.optional(),
  rotateImmediately: z.boolean().optional(),
});

const vpc = strict({
  vpcId: text,
  availabilityZones: z.array(text).min(1),
  privateSubnetIds: z.array(text).min(1),
  vpcCidrBlock: text.optional(),
  createVpcEndpoints: z.boolean().default(false),
}).refine(({ createVpcEndpoints, vpcCidrBlock }) => !createVpcEndpoints || vpcCidrBlock, {
  path: ['vpcCidrBlock'],
  error: 'createVpcEndpoints requires vpcCidrBlock, because the whole VPC uses the endpoints',
});

const SCHEMA = strict({
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, {
      error: 'allowed are letters, digits and hyphens, with a letter first',
    })
    .default('RedisEnterpriseRotation'),
  clusters: z.record(z.string(), cluster),
  /** By username. */
  users: z.record(z.string(), user).default({}),
  /** By endpoint, `host:port`. */
  defaultUsers: defaultUsers.default({}),
  secrets: z.record(z.string(), secret).default({}),
  vpc: vpc.optional(),
  overlapHours: number.default(OVERLAP_RANGE.fallback / HOUR_SECONDS),
  alarmTopicArn: topicArn.optional(),
  runbookUrl: z.url().optional(),
});

/** The app's context, checked, with its defaults. */
export type AppConfig = z.output<typeof SCHEMA>;

/** Reads the app's context. Throws an error that names each invalid key. */
export function readConfig(context: Record<string, unknown>): AppConfig {
  // CDK's own keys have a colon, a slash or a dash.
  const own = Object.entries(context).filter(([key]) => /^\w+$/.test(key));
  const { success, data, error } = SCHEMA.safeParse(Object.fromEntries(own));
  if (success) return data;
  throw new Error(`context of cdk.json:\n${z.prettifyError(error)}`);
}
