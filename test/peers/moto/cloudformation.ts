import { REGION } from '../../sandbox/names.ts';
import type { TemplateBody, Values } from '../../templates/evaluate.ts';
import type { MotoServer } from './server.ts';

// moto reads the service from here, and checks no signature.
const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=moto/20261125/${REGION}/${service}/aws4_request, ` +
  'SignedHeaders=host, Signature=0';

/** Creates a bucket with empty files. */
export async function createBucket(
  { url }: MotoServer,
  bucket: string,
  files: string[],
): Promise<void> {
  const headers = { authorization: authorization('s3') };
  const put = async (path: string, text: string) => {
    const response = await fetch(`${url}/${path}`, { method: 'PUT', headers, body: text });
    if (!response.ok)
      throw new Error(`PUT ${path} got ${response.status}: ${await response.text()}`);
  };
  await put(bucket, '');
  for (const file of files) await put(`${bucket}/${file}`, '');
}

/** A stack that moto created. */
export type MotoStack = { status: string | undefined; types: string[] };

/** Creates a stack. Returns its status and the types of its resources. */
export async function createStack(
  moto: MotoServer,
  name: string,
  body: TemplateBody,
  values: Values,
): Promise<MotoStack> {
  const parameters = Object.entries(values).flatMap(([key, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  const StackName = name;
  await call(moto, {
    ...{ Action: 'CreateStack', StackName, TemplateBody: JSON.stringify(body) },
    ...Object.fromEntries(parameters),
    'Capabilities.member.1': 'CAPABILITY_IAM',
  });
  const stacks = await call(moto, { Action: 'DescribeStacks', StackName });
  const resources = await call(moto, { Action: 'DescribeStackResources', StackName });
  const types = [...resources.matchAll(/<ResourceType>(.*?)</g)].map(([, type]) => String(type));
  return { status: /<StackStatus>(.*?)</.exec(stacks)?.[1], types };
}

async function call({ url }: MotoServer, fields: Record<string, string>): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: authorization('cloudformation') },
    body: new URLSearchParams({ Version: '2010-05-15', ...fields }),
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${fields.Action} of ${fields.StackName} got status ${response.status}: ${text}`);
}
