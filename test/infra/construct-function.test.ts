import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { expect, test } from 'vitest';
import { withRotation } from './rotation-template.ts';
import { ofType, showValue } from './template.ts';

test('the function depends on its permissions, which Lambda checks in a VPC', () => {
  const template = withRotation();
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  expect(fn?.DependsOn?.map((id) => template.resources[id]?.Type)).toContain(
    'AWS::IAM::ManagedPolicy',
  );
});

test('the function has 512 MB, a timeout of two minutes, and JSON logs for a year', () => {
  const template = withRotation();
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({
    Architectures: ['arm64'],
    Handler: 'index.handler',
    LoggingConfig: { LogFormat: 'JSON' },
    MemorySize: 512,
    Runtime: 'nodejs24.x',
    Timeout: 120,
  });
  const [id] =
    Object.entries(template.resources).find(([, { Type }]) => Type === 'AWS::Logs::LogGroup') ?? [];
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties.LoggingConfig).toMatchObject({
    LogGroup: { Ref: id },
  });
  expect(ofType(template, 'AWS::Logs::LogGroup')[0]?.Properties.RetentionInDays).toBe(365);
});

test('the properties change the function, its settings and its log', () => {
  const template = withRotation(() => ({
    passwordLength: 64,
    excludeCharacters: '',
    overlap: Duration.days(2),
    logRetention: RetentionDays.ONE_WEEK,
    functionProps: {
      architecture: Architecture.X86_64,
      memorySize: 256,
      timeout: Duration.minutes(5),
      environment: { AWS_USE_FIPS_ENDPOINT: 'true' },
    },
  }));
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({
    Architectures: ['x86_64'],
    Environment: {
      Variables: {
        AWS_USE_FIPS_ENDPOINT: 'true',
        EXCLUDE_CHARACTERS: '',
        FUNCTION_TIMEOUT_SECONDS: '300',
        OVERLAP_SECONDS: String(2 * 86_400),
        PASSWORD_LENGTH: '64',
      },
    },
    LoggingConfig: { LogFormat: 'JSON' },
    MemorySize: 256,
    Timeout: 300,
  });
  expect(ofType(template, 'AWS::Logs::LogGroup')[0]?.Properties.RetentionInDays).toBe(7);
});

test('every created role has the permissions boundary', () => {
  const arn = 'arn:aws:iam::123456789012:policy/boundary';
  const template = withRotation((stack) => ({
    permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn),
  }));
  const roles = ofType(template, 'AWS::IAM::Role');
  expect(roles).toHaveLength(3);
  for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBe(arn);
});

test('a given role gets all permissions of the function, which gets no other role', () => {
  const template = withRotation((stack) => {
    const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
    return { role: new Role(stack, 'Given', { assumedBy, roleName: 'given' }) };
  });
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  const names = ofType(template, 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName);
  expect(names).toEqual(['given', undefined, undefined]);
  const [given] = Object.keys(template.resources).filter((id) => id.startsWith('Given'));
  expect(fn?.Properties.Role).toEqual({ 'Fn::GetAtt': [given, 'Arn'] });
  const onGiven = ofType(template, 'AWS::IAM::ManagedPolicy').filter(
    ({ Properties }) =>
      showValue(template, Properties.Roles) !== '' &&
      JSON.stringify(Properties.Roles).includes(`"${given}"`),
  );
  expect(onGiven).toHaveLength(2);
});

test('the construct creates no inline policies, and names no policy', () => {
  const template = withRotation();
  expect(ofType(template, 'AWS::IAM::Policy')).toEqual([]);
  for (const { Properties } of ofType(template, 'AWS::IAM::Role')) {
    expect(Properties.Policies).toBeUndefined();
  }
  // A name that two stacks share would be a conflict.
  for (const { Properties } of ofType(template, 'AWS::IAM::ManagedPolicy')) {
    expect(Properties.ManagedPolicyName).toBeUndefined();
  }
});
