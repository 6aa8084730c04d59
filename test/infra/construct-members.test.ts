import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { type IVpc, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { ALARM_DEFINITIONS } from '../../infra/monitoring/alarm-definitions.ts';
import { propsOf, withRotation } from './rotation-template.ts';
import { ofType, policyStatements, showValue, synthesise } from './template.ts';

/** Calls `use` with a construct. */
function withConstruct(
  use: (rotation: RedisEnterpriseRotation) => void,
  props: Partial<RedisEnterpriseRotationProps> = {},
): void {
  synthesise((stack) => use(new RedisEnterpriseRotation(stack, 'R', propsOf(stack, props))));
}

test('a database of the app admits the function by its connections', () => {
  const template = withRotation(
    (stack) => ({ vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc }),
    (rotation, stack) => {
      const vpc = stack.node.findChild('Vpc') as IVpc;
      const databases = new SecurityGroup(stack, 'Databases', { vpc });
      databases.connections.allowFrom(rotation, Port.tcp(6_379));
    },
  );
  const [rule] = ofType(template, 'AWS::EC2::SecurityGroupIngress');
  expect(rule?.Properties).toMatchObject({ FromPort: 6_379, ToPort: 6_379 });
  expect(JSON.stringify(rule?.Properties.GroupId)).toContain('Databases');
  expect(JSON.stringify(rule?.Properties.SourceSecurityGroupId)).toContain('NetworkGroup');
});

test('a function without a VPC has no connections', () => {
  withConstruct((rotation) => {
    expect(() => rotation.connections).toThrow(
      "'Test/R' has no connections, because its function has no VPC; hint: set vpc",
    );
  });
});

test('grants give permissions to the role of the function', () => {
  const template = withRotation(undefined, (rotation, stack) =>
    new Key(stack, 'Key').grantDecrypt(rotation),
  );
  const granted = policyStatements(template).filter((one) => one.includes('<AWS::KMS::Key>.Arn'));
  expect(granted).toEqual(['AWS::IAM::Policy: Allow kms:Decrypt on <AWS::KMS::Key>.Arn']);
  const [policy] = ofType(template, 'AWS::IAM::Policy');
  expect(JSON.stringify(policy?.Properties.Roles)).toContain('FunctionRole');
});

test('the construct has its role, log group, dashboard, and each alarm by its name', () => {
  withConstruct((rotation) => {
    expect(rotation.role).toBe(rotation.rotationFunction.role);
    expect(rotation.logGroup.node.path).toBe('Test/R/Function/Logs');
    expect(rotation.dashboard?.node.path).toBe('Test/R/Monitoring/Dashboard');
    expect(Object.keys(rotation.alarms)).toEqual(Object.keys(ALARM_DEFINITIONS));
    expect(rotation.alarms.RotationStuck.node.path).toMatch(/Alarms\/RotationStuck$/);
  });
  withConstruct((rotation) => expect(rotation.dashboard).toBeUndefined(), { dashboard: false });
});

test('each metric is of this function, and covers every secret once', () => {
  withConstruct((rotation) => {
    const metrics = [
      rotation.metricPasswordAgeDays(),
      rotation.metricLivePasswords(),
      rotation.metricRotationsOverdue(),
      rotation.metricRotationStepErrors(),
      rotation.metric('DeletionsFailed', { statistic: 'Minimum', period: Duration.days(1) }),
    ];
    expect(
      metrics.map(({ metricName, statistic, period }) => `${metricName} ${statistic} ${period}`),
    ).toEqual([
      'PasswordAgeDays Maximum Duration.hours(1)',
      'LivePasswords Sum Duration.hours(1)',
      'RotationsOverdue Sum Duration.hours(1)',
      'RotationStepErrors Sum Duration.hours(1)',
      'DeletionsFailed Minimum Duration.days(1)',
    ]);
    for (const { namespace, dimensions } of metrics) {
      expect(namespace).toBe('RedisEnterpriseRotation');
      expect(dimensions).toEqual({ FunctionName: rotation.rotationFunction.functionName });
    }
  });
});

test('each alarm takes the given actions besides the notification of the topic', () => {
  const action: IAlarmAction = { bind: () => ({ alarmActionArn: 'arn:aws:ssm-incidents::1:x' }) };
  const template = withRotation((stack) => ({
    alarmTopic: new Topic(stack, 'Topic'),
    alarmActions: [action],
  }));
  for (const { Properties } of ofType(template, 'AWS::CloudWatch::Alarm')) {
    const [first, second, ...others] = Properties.AlarmActions as string[];
    expect(showValue(template, first)).toBe('<AWS::SNS::Topic>');
    expect([second, ...others]).toEqual(['arn:aws:ssm-incidents::1:x']);
  }
});

test('the function writes its log to the given log group, and the construct creates none', () => {
  const template = withRotation((stack) => ({
    logGroup: new LogGroup(stack, 'Given', { encryptionKey: new Key(stack, 'Key') }),
  }));
  const groups = Object.entries(template.resources).filter(([, { Type }]) => /LogGroup/.test(Type));
  expect(groups.map(([id]) => id)).toEqual([expect.stringMatching(/^Given/)]);
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  expect(fn?.Properties.LoggingConfig).toMatchObject({ LogGroup: { Ref: groups[0]?.[0] } });
});
