import fc from 'fast-check';
import { CLUSTERS_PATH } from '../../sandbox/names.ts';
import type { Scenario } from '../../support/scenario.ts';
import { OPERATIONS } from './ground.ts';
import { hostileText } from './json.ts';
import { type Kind, remaining } from './kind.ts';
import type { Feed } from './run.ts';

type Stored = { Name: string; Value: string };

/** Changes the parameters that the function reads. */
export function withParameters(
  { aws }: Scenario,
  change: (parameters: Stored[]) => Stored[],
): Disposable {
  const { around } = aws;
  aws.around = async (call, run) => {
    const reply = await around(call, run);
    if (call.action !== 'ssm:GetParametersByPath') return reply;
    const { Parameters } = reply as { Parameters: Stored[] };
    return { Parameters: change(Parameters) };
  };
  return {
    [Symbol.dispose]: () => {
      aws.around = around;
    },
  };
}

/** Sets a parameter of the sandbox's cluster, or the list of clusters. */
export const setParameter =
  (name: string, Value: string) =>
  (parameters: Stored[]): Stored[] => {
    const Name = `${CLUSTERS_PATH}/${name === 'clusters' ? name : `sandbox/${name}`}`;
    return [...parameters.filter((one) => one.Name !== Name), { Name, Value }];
  };

const NAMES = [
  'api-endpoints',
  'ca-certificate',
  'server-name',
  'admin-secret-arn',
  'client-certificate-secret-arn',
  'database-hosts',
  'clusters',
];

// All on this machine: other names would cause requests to the network's servers.
const LIKELY = [
  'sandbox,us',
  'https://127.0.0.1:1',
  'https://127.0.0.1:1,https://[::1]:1',
  'https://127.0.0.1:99999',
  'https://127.0.0.1:1/?a#b',
  'HTTPS://127.0.0.1:1/',
  'https:127.0.0.1:1',
  'https://0x7f.1:1',
  'https://127.0.0.1:1,,',
  'data:,https://127.0.0.1',
  'redis.sandbox.test',
  '-redis.sandbox.test',
  '127.0.0.1',
  '::1,.,..',
  '.',
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:nothing-abcdef',
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:${'x'.repeat(1_024)}`,
  `${'a.'.repeat(126)}a`,
  'a'.repeat(254),
];

const text = fc.oneof(hostileText, fc.constantFrom(...LIKELY));
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NAMES) },
  // Messages may contain the name of an unknown parameter.
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const feeds: fc.Arbitrary<Feed> = fc
  .record({
    operation: fc.constantFrom(...OPERATIONS),
    edits: fc.array(fc.record({ name, text: fc.option(text, { freq: 8 }) }), { maxLength: 3 }),
    remainingMs: remaining,
  })
  .map(({ operation, edits, remainingMs }) => ({
    shown: edits,
    operation,
    remainingMs,
    place: async ({ world }) =>
      withParameters(world, (parameters) =>
        edits.reduce((list, edit) => {
          if (edit.text !== null) return setParameter(edit.name, edit.text)(list);
          return list.filter(({ Name }) => !Name.endsWith(`/${edit.name}`));
        }, parameters),
      ),
  }));

export const PARAMETERS: Kind = { name: 'parameters', options: {}, feeds };
