import { paginateGetParametersByPath, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { awsFailure } from '../aws/failure.ts';
import { type ClusterParameters, groupByCluster } from './stored-parameters.ts';

/** Opens AWS's Parameter Store for the parameters under a path. */
export function openParameterStore(config: SSMClientConfig, path: string) {
  const client = new SSMClient(config);
  return async (abortSignal: AbortSignal): Promise<ClusterParameters> => {
    const values = new Map<string, string>();
    const secureStrings = new Set<string>();
    try {
      const input = { Path: path, Recursive: true };
      for await (const page of paginateGetParametersByPath({ client }, input, { abortSignal })) {
        for (const { Name = '', Value = '', Type } of page.Parameters ?? []) {
          const name = Name.slice(path.length + 1);
          values.set(name, Value);
          if (Type === 'SecureString') secureStrings.add(name);
        }
      }
    } catch (error) {
      awsFailure('ssm:GetParametersByPath')(error);
    }
    return groupByCluster(values, secureStrings);
  };
}
