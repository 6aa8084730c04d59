import { Aws, type CfnCondition, type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { allowNetwork } from '../construct/function/function-policy.ts';
import type { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import { createIf } from './optional.ts';
import { hasValue, itemsOf } from './parameters.ts';

interface GivenNetwork {
  readonly SubnetIds: CfnParameter;
  readonly SecurityGroupIds: CfnParameter;
}

/** Places the function in the subnets of the parameters, if they have any. */
export function placeInSubnets(rotation: RedisEnterpriseRotation, given: GivenNetwork): void {
  const { SubnetIds, SecurityGroupIds } = given;
  const hasSubnets = hasValue(SubnetIds);
  allowNetwork(createNetworkPolicy(rotation, hasSubnets));
  const fn = rotation.rotationFunction.node.defaultChild as CfnFunction;
  const vpcConfig = {
    SubnetIds: itemsOf(SubnetIds),
    SecurityGroupIds: itemsOf(SecurityGroupIds),
  };
  fn.vpcConfig = Fn.conditionIf(hasSubnets.logicalId, vpcConfig, Aws.NO_VALUE);
  const isEmpty = (parameter: CfnParameter) => Fn.conditionEquals(parameter.valueAsString, '');
  const both = [isEmpty(SubnetIds), isEmpty(SecurityGroupIds)];
  const assert = Fn.conditionOr(Fn.conditionAnd(...both), Fn.conditionNot(Fn.conditionOr(...both)));
  const assertDescription = 'Set both SubnetIds and SecurityGroupIds, or neither.';
  new CfnRule(rotation, 'SubnetsAndGroups', { assertions: [{ assert, assertDescription }] });
}

/**
 * Creates the policy that the function needs in a VPC. The role names the policy, so that it exists
 * before the function: CloudFormation does not document a DependsOn of a conditional resource.
 */
function createNetworkPolicy(rotation: RedisEnterpriseRotation, condition: CfnCondition) {
  const policy = new ManagedPolicy(rotation, 'NetworkPolicy');
  createIf(condition, policy);
  const arn = Fn.conditionIf(condition.logicalId, policy.managedPolicyArn, Aws.NO_VALUE).toString();
  const optional = ManagedPolicy.fromManagedPolicyArn(rotation, 'OptionalNetworkPolicy', arn);
  rotation.role.addManagedPolicy(optional);
  return policy;
}
