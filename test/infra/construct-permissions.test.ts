import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { ADMIN, API, CLIENT, ORDERS, withRotation } from './rotation-template.ts';
import { ofType, policyStatements } from './template.ts';

const SECRET = '<AWS::SecretsManager::Secret>';
const FUNCTION = '<AWS::Lambda::Function>.Arn';
const PARAMETERS = 'arn:<AWS::Partition>:ssm:eu-west-1:123456789012:parameter';
const PATH = `${PARAMETERS}/redis-enterprise-rotation/Test-Rotation-89668F82`;
const ROTATE =
  'secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, ' +
  'secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage';

const LOGS = 'logs:CreateLogStream, logs:PutLogEvents on <AWS::Logs::LogGroup>.Arn';

const BASE = [
  `AWS::IAM::ManagedPolicy: Allow ${ROTATE} on ${SECRET}`,
  `AWS::IAM::ManagedPolicy: Allow secretsmanager:GetSecretValue on ${ADMIN}`,
  `AWS::IAM::ManagedPolicy: Allow secretsmanager:RotateSecret on ${SECRET}`,
  `AWS::IAM::ManagedPolicy: Allow lambda:InvokeFunction on ${FUNCTION}`,
  `AWS::IAM::ManagedPolicy: Allow lambda:InvokeFunction on ${FUNCTION}`,
  `AWS::IAM::ManagedPolicy: Allow ${LOGS}`,
  `AWS::IAM::ManagedPolicy: Allow ${LOGS}`,
  `AWS::IAM::ManagedPolicy: Allow ssm:GetParametersByPath on ${PATH}`,
  // The roles of the function, and of the handler of users' fields.
  'AWS::IAM::Role: Allow {Service=lambda.amazonaws.com} sts:AssumeRole',
  'AWS::IAM::Role: Allow {Service=lambda.amazonaws.com} sts:AssumeRole',
  'AWS::IAM::Role: Allow {Service=scheduler.amazonaws.com} sts:AssumeRole ' +
    'if {StringEquals={aws:SourceAccount=123456789012}}',
  'AWS::Lambda::Permission: secretsmanager.amazonaws.com, lambda:InvokeFunction, ' +
    `${FUNCTION} {SourceAccount=123456789012}`,
].sort();

test('the construct grants exactly these permissions', () => {
  expect(policyStatements(withRotation())).toEqual(BASE);
});

test('the function may read existing clusters by their path, and the named admin secrets', () => {
  const template = withRotation((stack) => ({
    clustersPath: '/redis/clusters',
    adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN)],
  }));
  expect(ofType(template, 'AWS::SSM::Parameter')).toEqual([]);
  expect(policyStatements(template)).toEqual(
    BASE.map((one) => one.replace(PATH, `${PARAMETERS}/redis/clusters`)),
  );
});

test.each([
  [
    'of a created cluster',
    (stack: Construct) => {
      const adminSecret = Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN);
      const clientCertificateSecret = Secret.fromSecretCompleteArn(stack, 'Client', CLIENT);
      return { clusters: { eu: { apiEndpoints: [API], adminSecret, clientCertificateSecret } } };
    },
    PATH,
  ],
  [
    'of existing clusters',
    (stack: Construct) => ({
      clustersPath: '/redis/clusters',
      adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN)],
      clientCertificateSecrets: [Secret.fromSecretCompleteArn(stack, 'Client', CLIENT)],
    }),
    `${PARAMETERS}/redis/clusters`,
  ],
])('the function may read a client certificate %s, and nothing more', (_name, props, path) => {
  const found = policyStatements(withRotation(props));
  expect(found).toEqual(
    BASE.map((one) => one.replace(PATH, path).replace(`on ${ADMIN}`, `on ${ADMIN}, ${CLIENT}`)),
  );
});

test('the function may use a key through Secrets Manager only, for its secrets only', () => {
  const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';
  const template = withRotation(
    (stack) => {
      const encryptionKey = Key.fromKeyArn(stack, 'AdminKey', keyArn);
      const attributes = { secretCompleteArn: ADMIN, encryptionKey };
      const adminSecret = Secret.fromSecretAttributes(stack, 'Admin', attributes);
      return { clusters: { eu: { apiEndpoints: [API], adminSecret } } };
    },
    (rotation, stack) => {
      const encryptionKey = new Key(stack, 'Key');
      rotation.adoptUser({ ...ORDERS, username: 'carts', encryptionKey });
    },
  );
  const via = 'kms:ViaService=secretsmanager.eu-west-1.amazonaws.com';
  const context = 'kms:EncryptionContext:SecretARN';
  const added = [
    `AWS::IAM::ManagedPolicy: Allow kms:Decrypt on ${keyArn} ` +
      `if {StringEquals={${context}=${ADMIN}; ${via}}}`,
    'AWS::IAM::ManagedPolicy: Allow kms:Decrypt, kms:GenerateDataKey on <AWS::KMS::Key>.Arn ' +
      `if {StringEquals={${context}=${SECRET}; ${via}}}`,
  ];
  const both = BASE.map((one) => one.replace(` on ${SECRET}`, ` on ${SECRET}, ${SECRET}`));
  const found = policyStatements(template).filter((one) => !one.startsWith('AWS::KMS::Key'));
  expect(found).toEqual([...both, ...added].sort());
});

const NETWORK =
  'AWS::IAM::ManagedPolicy: Allow ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ' +
  'ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ' +
  'ec2:UnassignPrivateIpAddresses on *';

test('a VPC adds only the permissions that Lambda needs to attach the function', () => {
  const template = withRotation((stack) => ({
    vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc,
  }));
  expect(policyStatements(template)).toEqual([...BASE, NETWORK].sort());
  expect(ofType(template, 'AWS::EC2::VPCEndpoint')).toEqual([]);
});
