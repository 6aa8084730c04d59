import { CLUSTER_FINDINGS } from './cluster-findings.ts';
import { ENDPOINT_FINDINGS } from './endpoint-findings.ts';
import type { Finding } from './finding.ts';
import { SECRET_FINDINGS } from './secret-findings.ts';

/** At least one mistake for each check of preflight. */
export const FINDINGS: Finding[] = [...SECRET_FINDINGS, ...ENDPOINT_FINDINGS, ...CLUSTER_FINDINGS];
