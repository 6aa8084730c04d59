import type { AwsFault } from '../sandbox/aws/aws-server.ts';
import type { DatabaseFault } from '../sandbox/database/database.ts';
import type { Fault } from '../sandbox/fault.ts';

/** The kinds of fault of one outside call, as docs/faults.md names them. */
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

const error = (type: string) => JSON.stringify({ __type: type, Message: 'a fault' });

export const OF_AWS: Record<Kind, AwsFault> = {
  // Has the same effect on the servers, and the SDK does not retry.
  'killed before it is sent': 'denied',
  'applied, then killed': 'done, then denied',
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
