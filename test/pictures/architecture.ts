import { writeFileSync } from 'node:fs';
import { instance } from '@viz-js/viz';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { withRotation } from '../infra/rotation-template.ts';
import { ofType, policyStatements, type Template } from '../infra/template.ts';

// Draws docs/architecture.svg from a synthesised template: each caller, and its permissions.

/** The nodes of the picture, by the service of a permission or a resource. */
const NODES = {
  scheduler: 'EventBridge Scheduler',
  cloudformation: 'CloudFormation\ncustom resource',
  secretsmanager: 'Secrets Manager',
  lambda: 'Rotation function',
  ssm: 'Parameter Store',
  cluster: 'Redis Enterprise\nREST API',
  database: 'Redis Enterprise\ndatabases',
  cloudwatch: 'CloudWatch\nlog, metrics, alarms',
  sns: 'SNS topic',
  applications: 'Applications',
} as const;

type Edge = [from: keyof typeof NODES, to: keyof typeof NODES, label: string];

/** Returns the edges that the template describes. */
function edgesOf(template: Template): Edge[] {
  const lines = policyStatements(template);
  const actions = (service: string) =>
    lines
      .flatMap((line) => line.match(new RegExp(`\\b${service}:[A-Z]\\w+`, 'g')) ?? [])
      .map((action) => action.replace(`${service}:`, ''));
  const list = (names: string[]) => [...new Set(names)].join('\n');
  const steps = 'createSecret, setSecret,\ntestSecret, finishSecret';
  const edges: Edge[] = [
    ['lambda', 'secretsmanager', list(actions('secretsmanager'))],
    ['lambda', 'ssm', list(actions('ssm'))],
    ['lambda', 'cloudwatch', list(actions('logs'))],
  ];
  if (ofType(template, 'AWS::Lambda::Permission').length > 0) {
    edges.push(['secretsmanager', 'lambda', steps]);
  }
  if (ofType(template, 'AWS::Scheduler::Schedule').length > 0) {
    edges.push(['scheduler', 'lambda', 'reconcile, every hour']);
  }
  if (ofType(template, 'Custom::RedisEnterpriseUserFields').length > 0) {
    edges.push(['cloudformation', 'lambda', 'updateFields']);
  }
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').length;
  if (alarms > 0) edges.push(['cloudwatch', 'sns', `${alarms} alarms`]);
  return edges;
}

// The edges that no template describes.
const OUTSIDE: Edge[] = [
  ['lambda', 'cluster', 'POST, PUT, DELETE\n/v1/users/password, or\n/v1/bdbs/<uid>/passwords'],
  ['lambda', 'database', 'AUTH: verification'],
  ['applications', 'secretsmanager', 'GetSecretValue'],
  ['applications', 'database', 'AUTH'],
];

/** Returns the picture as SVG. */
async function drawArchitecture(): Promise<string> {
  const template = withRotation((stack) => ({ alarmTopic: new Topic(stack, 'Topic') }));
  const quote = (text: string) => JSON.stringify(text);
  const font = 'fontname="Helvetica"';
  const dot = [
    'digraph {',
    'graph [rankdir=LR, bgcolor="white", pad=0.3, nodesep=0.5, ranksep=1.1]',
    `node [shape=box, style="rounded,filled", ${font}, fontsize=13, margin="0.2,0.12"]`,
    'node [fillcolor="#eef3f8", color="#4a6785"]',
    `edge [color="#4a6785", ${font}, fontsize=10, fontcolor="#333333"]`,
    ...Object.entries(NODES).map(([id, label]) => `${id} [label=${quote(label)}]`),
    'lambda [fillcolor="#ffe3c2", color="#b3661a"]',
    'cluster [fillcolor="#fbdedb", color="#a8322a"]',
    'database [fillcolor="#fbdedb", color="#a8322a"]',
    ...[...edgesOf(template), ...OUTSIDE].map(
      ([from, to, label]) => `${from} -> ${to} [label=${quote(label)}]`,
    ),
    '}',
  ].join('\n');
  return (await instance()).renderString(dot, { format: 'svg', engine: 'dot' });
}

writeFileSync('docs/architecture.svg', await drawArchitecture());
