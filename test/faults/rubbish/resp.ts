import fc from 'fast-check';
import { deliver, deliveries } from './delivery.ts';
import { CANARY } from './json.ts';
import type { Kind } from './kind.ts';
import type { Feed } from './run.ts';

// A silent database takes the 5 s limit of a login.
const SLOW_ONE_IN = 80;

const LINES = [
  '+OK\r\n',
  '+OK\r\n',
  '+OK\r\n$6\r\norders\r\n',
  '$6\r\norders\r\n',
  '+orders\r\n',
  '$0\r\n\r\n',
  '$-1\r\n',
  '$-6\r\norders\r\n',
  '$99999999999999999999\r\n',
  '$4095\r\n',
  '$06\r\norders\r\n',
  '$ 6\r\norders\r\n',
  '$6\r\nordersXX',
  '$7\r\ndefault\r\n',
  '$6\norders\n',
  '*-1\r\n',
  '*0\r\n',
  '*1000000000\r\n',
  '*2\r\n+OK\r\n$6\r\norders\r\n',
  '*1\r\n'.repeat(1_000),
  '%1\r\n+a\r\n+b\r\n',
  '_\r\n',
  ':6\r\n',
  '#t\r\n',
  '=10\r\ntxt:orders\r\n',
  `-WRONGPASS ${CANARY}\r\n`,
  `-ERR ${CANARY}\r\n`,
  `-${CANARY}\r\n`,
  '-NOPERM\r\n',
  '-\r\n',
  '-NOAUTH Authentication required.\r\n',
  '-NOAUTH Authentication required.\r\n-WRONGPASS\r\n',
  '-LOADING\r\n',
  '\r\n',
  '\n\n\n',
  `+${CANARY}\r\n`,
  '+'.repeat(100_000),
  'HTTP/1.1 400 Bad Request\r\n\r\n',
  '\u0016\u0003\u0001\u0002',
  '\u0000',
];

// These replies accept a login. A database decides that, so they are not rubbish.
const ACCEPTANCE = /^(\+.*\r\n)+(\+orders\r\n|\$6\r\norders\r\n|\$7\r\ndefault\r\n|-NOPERM)/;

const bytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...LINES).map((line) => Buffer.from(line)) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('-ERR ', '-', '+')
          .map((type) => Buffer.from(`${type}${CANARY}\r\n`)),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((raw) => Buffer.from(raw)) },
    ),
    { maxLength: 4 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter((sent) => !ACCEPTANCE.test(sent.toString('latin1')));

const feeds: fc.Arbitrary<Feed> = fc
  .record({
    operation: fc.constantFrom(
      'testSecret',
      'finishSecret',
      'reconcile',
      'replaceAll',
      'preflight',
    ),
    bytes,
    from: fc.constantFrom(1, 1, 2, 3),
    lasts: fc.boolean(),
    timing: deliveries(SLOW_ONE_IN),
  })
  .map(({ operation, bytes, from, lasts, timing: { delivery, remainingMs } }) => ({
    shown: { bytes: bytes.toString('latin1'), from, lasts, ...delivery },
    operation,
    remainingMs,
    mayFollowChange: operation === 'reconcile' || operation === 'replaceAll',
    place: async ({ world: { database } }) => {
      let connections = 0;
      database.fault = () => {
        connections += 1;
        const isHit = connections === from || (lasts && connections > from);
        if (!isHit) return undefined;
        return { script: (client) => deliver(client, bytes, delivery), isDone: false };
      };
      return {
        [Symbol.dispose]: () => {
          database.fault = undefined;
        },
      };
    },
  }));

export const RESP: Kind = { name: 'RESP replies', options: {}, feeds };

export const DEFAULT_USER_RESP: Kind = {
  name: 'RESP replies, default user',
  options: { isDefaultUser: true },
  feeds,
};
