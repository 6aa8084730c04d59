import {
  type Parameter,
  paginateGetParametersByPath,
  SSMClient,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm';
import { awsFailure } from './aws-failure.ts';
import type { Parameters } from './cluster.ts';

/** Reads the parameters under a path, by the cluster's name and the parameter's. */
export function openParameterStore(config: SSMClientConfig): (path: string) => Promise<Parameters> {
  const client = new SSMClient(config);
  return async (path) => {
    const clusters = new Map<string, Map<string, string>>();
    const add = ({ Name = '', Value = '' }: Parameter) => {
      const [, cluster, parameter] = /^\/([^/]+)\/([^/]+)$/.exec(Name.slice(path.length)) ?? [];
      if (cluster === undefined || parameter === undefined) return;
      const known = clusters.get(cluster) ?? new Map<string, string>();
      clusters.set(cluster, known.set(parameter, Value));
    };
    try {
      const input = { Path: path, Recursive: true };
      for await (const page of paginateGetParametersByPath({ client }, input)) {
        page.Parameters?.forEach(add);
      }
    } catch (error) {
      awsFailure('ssm:GetParametersByPath')(error);
    }
    return clusters;
  };
}
