// The names that the examples of docs/construct.md use and do not declare.
export const AROUND = `
import { readFileSync } from 'node:fs';
import { CfnOutput, Duration, Fn, RemovalPolicy, type Stack, Tags } from 'aws-cdk-lib';
import { GraphWidget, SingleValueWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction, SsmIncidentAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  type IConnectable,
  type IInterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { type IRuleTarget, Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import {
  FilterPattern,
  type ILogSubscriptionDestination,
  LogGroup,
  RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import {
  type AdoptUserProps,
  type ClusterProps,
  RedisEnterpriseRotation,
} from 'redis-enterprise-rotation';

declare const rotation: RedisEnterpriseRotation;
declare const clusters: Record<string, ClusterProps>;
declare const apiEndpoints: string[];
declare const adminSecret: ISecret, billingSecret: ISecret, clientSecret: ISecret, secret: ISecret;
declare const ordersProps: AdoptUserProps;
declare const task: FargateTaskDefinition;
declare const clustersPath: string, functionArn: string, roleArn: string;
declare const vpc: IVpc;
declare const vpcEndpoints: IInterfaceVpcEndpoint[];
declare const databases: IConnectable;
declare const encryptionKey: IKey;
declare const bucket: IBucket;
declare const pager: ITopic;
declare const target: IRuleTarget;
declare const destination: ILogSubscriptionDestination;
`;
