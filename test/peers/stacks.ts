import { deepEqual, equal } from 'node:assert/strict';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { REGION } from '../sandbox/names.ts';
import {
  CLUSTER_VALUES,
  ROTATION_VALUES,
  TEMPLATES,
  USER_VALUES,
  ZIP_FILES,
} from '../templates/all-templates.ts';
import { evaluate, type TemplateBody, type Values } from '../templates/evaluate.ts';
import { createBucket, createStack } from './moto/cloudformation.ts';
import { type MotoServer, startMoto } from './moto/server.ts';
import { absent, promise, say, summarize } from './report.ts';

// Creates the stacks of the templates with moto's CloudFormation.

/** Resources that moto 5.2.1 leaves out. */
const LACKING = [
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::Secret',
];

type Evaluated = ReturnType<typeof evaluate>;

async function create(
  moto: MotoServer,
  name: string,
  body: TemplateBody,
  values: Values,
  from?: Evaluated,
): Promise<Evaluated> {
  const expected = evaluate(body, values, from);
  await promise(`the stack ${name} reaches CREATE_COMPLETE with its resources`, async () => {
    const { status, types } = await createStack(moto, name, body, values);
    equal(status, 'CREATE_COMPLETE');
    const wanted = Object.values(expected.resources).map(({ Type }) => Type);
    deepEqual(types.sort(), wanted.filter((type) => !LACKING.includes(type)).sort());
  });
  return expected;
}

async function checkAll(moto: MotoServer): Promise<void> {
  say(`excused: moto creates none of ${LACKING.join(', ')}`);
  say('excused: moto has no dashboards, and no custom resources without Docker');
  await createBucket(moto, String(ROTATION_VALUES.CodeBucket), Object.values(ZIP_FILES));
  const values = { ...ROTATION_VALUES, Dashboard: 'false' };
  const rotation = await create(moto, 'redis', TEMPLATES.rotation, values);
  const us = { ...CLUSTER_VALUES, RotationStack: 'redis', ClusterName: 'us' };
  await create(moto, 'redis-us', TEMPLATES.cluster, us, rotation);
  await create(moto, 'redis-orders', withoutFields(TEMPLATES.user), USER_VALUES, rotation);
  await promise('the function finds the parameters of both clusters', async () => {
    const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
    const ssm = new SSMClient({ endpoint: moto.url, region: REGION, credentials });
    const Path = '/redis-enterprise-rotation/redis';
    const { Parameters = [] } = await ssm.send(
      new GetParametersByPathCommand({ Path, Recursive: true }),
    );
    deepEqual(Parameters.map(({ Name, Value }) => `${Name?.slice(Path.length)} ${Value}`).sort(), [
      '/clusters eu',
      `/eu/admin-secret-arn ${CLUSTER_VALUES.AdminSecretArn}`,
      `/eu/api-endpoints ${CLUSTER_VALUES.ApiEndpoints}`,
      `/us/admin-secret-arn ${CLUSTER_VALUES.AdminSecretArn}`,
      `/us/api-endpoints ${CLUSTER_VALUES.ApiEndpoints}`,
    ]);
  });
}

function withoutFields(body: TemplateBody): TemplateBody {
  const { UserFields: _, ...resources } = body.Resources;
  const created = Object.entries(resources).map(([id, { DependsOn: _, ...resource }]) => [
    id,
    resource,
  ]);
  return { ...body, Resources: Object.fromEntries(created) };
}

await using moto = await startMoto();
if (moto === undefined) absent('moto', 'the stacks of the templates', "pip install 'moto[server]'");
else {
  await checkAll(moto);
  summarize('stacks');
}
