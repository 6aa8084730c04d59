import { Aws, type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { allowNetwork } from '../construct/function-policy.ts';
import type { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import { createIf } from './optional.ts';
import { hasValue } from './parameters.ts';

interface GivenNetwork {
  readonly SubnetIds: CfnParameter;
  readonly SecurityGroupIds: CfnParameter;
}

/** Places the function in the subnets of the parameters, if they have any. */
export function placeInSubnets(rotation: RedisEnterpriseRotation, given: GivenNetwork): void {
  const { SubnetIds, SecurityGroupIds } = given;
  const hasSubnets = hasValue(SubnetIds);
  const policy = new ManagedPolicy(rotation, 'NetworkPolicy', { roles: [rotation.role] });
  allowNetwork(policy);
  createIf(hasSubnets, policy);
  const fn = rotation.rotationFunction.node.defaultChild as CfnFunction;
  const vpcConfig = {
    SubnetIds: SubnetIds.valueAsList,
    SecurityGroupIds: SecurityGroupIds.valueAsList,
  };
  fn.vpcConfig = Fn.conditionIf(hasSubnets.logicalId, vpcConfig, Aws.NO_VALUE);
  // Lambda checks the role's network permissions when it creates the function.
  fn.node.addDependency(policy);
  const isEmpty = (parameter: CfnParameter) =>
    Fn.conditionEachMemberEquals(parameter.valueAsList, '');
  const both = [isEmpty(SubnetIds), isEmpty(SecurityGroupIds)];
  new CfnRule(rotation, 'SubnetsAndGroups', {
    assertions: [
      {
        assert: Fn.conditionOr(Fn.conditionAnd(...both), Fn.conditionNot(Fn.conditionOr(...both))),
        assertDescription: 'Set both SubnetIds and SecurityGroupIds, or neither.',
      },
    ],
  });
}
