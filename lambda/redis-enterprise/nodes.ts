import { isIP } from 'node:net';
import { fieldsOf } from '../json.ts';
import { isHost } from '../network/endpoint.ts';
import { getLast } from './cache.ts';
import type { ApiReply, Session } from './types.ts';
import {
  type Generation,
  generationOf,
  isAtLeast,
  mostRestrictive,
  type Version,
} from './version.ts';

/** The path that lists the version and the addresses of each node. */
export const NODES = '/v1/nodes';

/** Returns '' unless `software_version` is a string. */
function versionOf(node: unknown): string {
  const { software_version: version } = fieldsOf(node) ?? {};
  return typeof version === 'string' ? version : '';
}

/** Returns the generation of a list of nodes; undefined if that of one node is unknown. */
export function generationIn({ status, list }: ApiReply): Generation | undefined {
  const found = list.map((node) => generationOf(versionOf(node)));
  const known = found.filter((one) => one !== undefined);
  return status === 200 && known.length === found.length ? mostRestrictive(known) : undefined;
}

/** Whether a node is of the legacy generation, or may be. */
export function hasLegacy({ list }: ApiReply): boolean {
  const found = list.map((node) => generationOf(versionOf(node)));
  return found.includes('legacy') || found.includes(undefined);
}

/** Whether a node runs `from` or a later version. */
export function isAnyNodeFrom({ list }: ApiReply, from: Version): boolean {
  return list.some((node) => isAtLeast(versionOf(node), from));
}

// During an upgrade, a cluster has two.
const VERSIONS_SHOWN_MAX = 5;

/** Returns the versions of the nodes for messages, without text that cannot be a version. */
export function versionsIn({ list }: ApiReply): string {
  const versions = list.map(versionOf);
  const valid = new Set(versions.filter((version) => /^[\w.-]{1,40}$/.test(version)));
  return [...valid].slice(0, VERSIONS_SHOWN_MAX).join(', ') || 'no readable version';
}

/** Returns the addresses of the nodes in the last list that the cluster returned. */
export function nodeAddresses({ replies, target }: Session): string[] {
  const { list = [] } = getLast(target, NODES, { replies }) ?? {};
  const found = list.flatMap((node) => {
    const { addr, external_addr: external } = fieldsOf(node) ?? {};
    return [addr, ...(Array.isArray(external) ? external : [])];
  });
  return found.filter(
    (one): one is string => typeof one === 'string' && isIP(one) !== 0 && isHost(one),
  );
}
