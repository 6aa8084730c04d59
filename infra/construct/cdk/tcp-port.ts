import { Stack, Token } from 'aws-cdk-lib';
import { Port, Protocol } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/**
 * Returns a port of a security group's rules, which may be a token. `Port.tcp` names all tokens the
 * same, and CDK skips a rule whose name exists.
 */
export function tcpPort(scope: Construct, port: number): Port {
  if (!Token.isUnresolved(port)) return Port.tcp(port);
  const stringRepresentation = JSON.stringify(Stack.of(scope).resolve(port));
  return new Port({ protocol: Protocol.TCP, fromPort: port, toPort: port, stringRepresentation });
}
