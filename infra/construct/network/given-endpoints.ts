import { Stack } from 'aws-cdk-lib';
import { CfnVPCEndpoint, type IInterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';

const SERVICES = ['secretsmanager', 'secretsmanager-fips', 'ssm', 'ssm-fips'];

/** Throws if a given endpoint is of another service, or cannot admit the function. */
export function checkGivenEndpoint(endpoint: IInterfaceVpcEndpoint): void {
  const { id } = endpoint.node;
  const service = serviceOf(endpoint);
  if (service !== undefined && !SERVICES.includes(service)) {
    throw new Error(
      `vpcEndpoints must be of Secrets Manager or Systems Manager (ssm), got '${id}' of ` +
        `${service}; hint: leave it out, because the function does not call ${service}`,
    );
  }
  if (endpoint.connections.securityGroups.length > 0) return;
  throw new Error(
    `vpcEndpoints must have security groups, got '${id}' without one; ` +
      'hint: import it with its securityGroups',
  );
}

/** Returns the service of an endpoint of this app. The Region in its name may be a token. */
function serviceOf(endpoint: IInterfaceVpcEndpoint): string | undefined {
  const resource = endpoint.node.defaultChild;
  if (!(resource instanceof CfnVPCEndpoint)) return undefined;
  const name = JSON.stringify(Stack.of(endpoint).resolve(resource.serviceName));
  return /com\.amazonaws\..*\.([a-z0-9-]+)["\]}]*$/.exec(name)?.[1];
}
