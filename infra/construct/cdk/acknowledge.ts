import { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

// aws-cdk-lib's Validations.ACKNOWLEDGED_RULES_METADATA_KEY, which cdk-nag 3 reads. Older versions
// of aws-cdk-lib have no Validations.
const VERSION_3_KEY = 'aws:cdk:acknowledged-rules';
// The key in the metadata of a resource that cdk-nag 2 reads.
const VERSION_2_KEY = 'cdk_nag';

/** A finding of a pack of cdk-nag, such as `AwsSolutions`. */
export type Finding = {
  pack: string;
  rule: string;
  /** Such as `Resource::*`, of a rule with several findings. */
  detail?: string;
  /** The rule cannot read references, and reports that. */
  isUnreadable?: boolean;
};

const COMPLIANCE_PACKS = ['NIST.800.53.R5', 'HIPAA.Security'];

/** Returns the findings of a rule that the packs for NIST 800-53 and HIPAA share. */
export function complianceFindings(rule: string, isUnreadable = false): Finding[] {
  return COMPLIANCE_PACKS.map((pack) => ({ pack, rule, isUnreadable }));
}

/** Records on the resources of a construct why they do not need to follow a rule of cdk-nag. */
export function acknowledge(scope: Construct, findings: readonly Finding[], reason: string): void {
  for (const { pack, rule, detail } of findings) {
    const suffix = detail === undefined ? '' : `[${detail}]`;
    scope.node.addMetadata(VERSION_3_KEY, { [`${pack}::${pack}-${rule}${suffix}`]: reason });
  }
  const rules = findings.flatMap((finding) => suppressions(finding, reason));
  for (const resource of scope.node.findAll().filter((one) => CfnResource.isCfnResource(one))) {
    const known = resource.getMetadata(VERSION_2_KEY)?.rules_to_suppress ?? [];
    resource.addMetadata(VERSION_2_KEY, { rules_to_suppress: [...known, ...rules] });
  }
}

function suppressions({ pack, rule, detail, isUnreadable = false }: Finding, reason: string) {
  const id = `${pack}-${rule}`;
  if (isUnreadable) return [{ id: 'CdkNagValidationFailure', reason, applies_to: [id] }];
  return [{ id, reason, ...(detail !== undefined && { applies_to: [detail] }) }];
}
