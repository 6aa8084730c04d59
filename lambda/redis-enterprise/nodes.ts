import { isIP } from 'node:net';
import { fieldsOf } from '../json.ts';
import { type Api, type ApiReply, readKey } from './types.ts';
import { type Generation, generationOf, mostRestrictive } from './version.ts';

/** What says of every node which version it runs, and where it is. */
export const NODES = '/v1/nodes';

/** Returns '' unless `software_version` is a string. */
function versionOf(node: unknown): string {
  const { software_version: version } = fieldsOf(node) ?? {};
  return typeof version === 'string' ? version : '';
}

/** The generation that a list of nodes speaks of; undefined where one of them is not known. */
export function generationIn({ status, list }: ApiReply): Generation | undefined {
  const found = list.map((node) => generationOf(versionOf(node)));
  const known = found.filter((one) => one !== undefined);
  return status === 200 && known.length === found.length ? mostRestrictive(known) : undefined;
}

/** Whether some node is of generation A, or may be. */
export function hasLegacy({ list }: ApiReply): boolean {
  const found = list.map((node) => generationOf(versionOf(node)));
  return found.includes('legacy') || found.includes(undefined);
}

/** The versions of a cluster's nodes, for messages; only what looks like one is shown. */
export function versionsIn({ list }: ApiReply): string {
  const versions = list.map(versionOf);
  const shown = versions.filter((version) => /^[\w.-]{1,40}$/.test(version));
  return [...new Set(shown)].join(', ') || 'no version that may be read';
}

/** The addresses of a cluster's nodes, as far as they were read. */
export function nodeAddresses({ reads, cluster }: Pick<Api, 'reads' | 'cluster'>): string[] {
  const { list = [] } = reads.get(readKey({ cluster }, NODES))?.reply ?? {};
  const found = list.flatMap((node) => {
    const { addr, external_addr: external } = fieldsOf(node) ?? {};
    return [addr, ...(Array.isArray(external) ? external : [])];
  });
  return found.filter((one): one is string => typeof one === 'string' && isIP(one) !== 0);
}
