import type { AwsFault } from '../sandbox/aws/aws-server.ts';
import type { ClusterApi } from '../sandbox/cluster/api.ts';
import type { Database, DatabaseFault } from '../sandbox/database/database.ts';
import type { Fault } from '../sandbox/fault.ts';
import { FUNCTION_KEY } from '../sandbox/names.ts';
import type { Scenario } from '../support/scenario.ts';

/** What is done to one outside call. */
export const KINDS = [
  'killed before it is sent',
  'applied, then killed',
  'applied, reply lost',
  '500',
  '503',
  'throttled',
  'connection reset',
  'malformed reply',
  'timeout',
] as const;

export type Kind = (typeof KINDS)[number];

/** The call that it befalls, counted from 1; the same server goes on so, but for a lost reply. */
export type Injection = { at: number; kind: Kind };

export type Edge = { api: ClusterApi; database: Database };

const error = (type: string) => JSON.stringify({ __type: type, Message: 'a fault' });

export const OF_AWS: Record<Kind, AwsFault> = {
  // To the servers it is the same, and the SDK does not try again.
  'killed before it is sent': 'refused',
  'applied, then killed': 'done, then refused',
  'applied, reply lost': 'reply lost',
  '500': { status: 500, body: error('InternalServiceError') },
  '503': { status: 503, body: error('ServiceUnavailable') },
  throttled: { status: 400, body: error('ThrottlingException') },
  'connection reset': 'request lost',
  'malformed reply': 'reply cut off',
  timeout: 'no reply',
};

export const OF_API: Record<Kind, Fault> = {
  'killed before it is sent': 'request lost',
  'applied, then killed': 'reply lost',
  'applied, reply lost': 'reply lost',
  '500': { status: 500 },
  '503': { status: 503 },
  throttled: { status: 429 },
  'connection reset': 'request lost',
  'malformed reply': 'reply cut off',
  timeout: 'no reply',
};

export const OF_DATABASE: Record<Kind, DatabaseFault> = {
  'killed before it is sent': 'request lost',
  'applied, then killed': 'reply lost',
  'applied, reply lost': 'reply lost',
  '500': { reply: '-ERR internal error\r\n' },
  '503': { reply: '-LOADING Redis is loading the dataset in memory\r\n' },
  throttled: { reply: '-ERR max number of clients reached\r\n' },
  'connection reset': 'request lost',
  'malformed reply': { reply: 'HTTP/1.1 400 Bad Request\r\n\r\n' },
  timeout: 'no reply',
};

/** Counts the function's outside calls, on every edge, and spoils one of them. */
export function inject(
  { aws, witness }: Pick<Scenario, 'aws' | 'witness'>,
  edges: Edge[],
  { at, kind }: Injection,
): { calls: () => number; mend: () => void } {
  const isKilled = kind.includes('killed');
  let calls = 0;
  let hit: object | undefined;
  /** What befalls a call of a server; undefined: nothing. */
  const outcome = <F>(server: object, faults: Record<Kind, F>): F | undefined => {
    if (!witness.isRunning()) return undefined;
    calls += 1;
    if (calls < at) return undefined;
    if (calls === at) {
      hit = server;
      return faults[kind];
    }
    if (isKilled) return faults['killed before it is sent'];
    // The same invocation tries again what it does not know to be done, and gets through.
    const isOver = kind === 'applied, reply lost';
    return server === hit && !isOver ? faults[kind] : undefined;
  };
  aws.fault = (_action, _input, caller) =>
    caller === FUNCTION_KEY ? outcome(aws, OF_AWS) : undefined;
  for (const { api, database } of edges) {
    api.fault = () => outcome(api, OF_API);
    database.fault = () => outcome(database, OF_DATABASE);
  }
  const mend = () => {
    aws.fault = undefined;
    for (const { api, database } of edges) {
      api.fault = undefined;
      database.fault = undefined;
    }
  };
  return { calls: () => calls, mend };
}
