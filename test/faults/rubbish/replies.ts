import fc from 'fast-check';
import { type Body, bodies } from './body.ts';
import { deliver, deliveries } from './delivery.ts';
import { CANARY } from './json.ts';
import type { Kind } from './kind.ts';
import type { Feed } from './run.ts';

// A reply that never ends takes the rest of the invocation.
const SLOW_ONE_IN = 40;

const OPERATIONS = ['createSecret', 'setSecret', 'reconcile', 'preflight', 'replaceAll'] as const;

const STATUSES = [
  ...[200, 200, 200, 200, 200, 201, 202, 204, 206, 299],
  ...[100, 101, 102, 103, 199, 300, 301, 302, 303, 304, 305, 307, 308, 399],
  ...[400, 400, 401, 402, 403, 404, 405, 409, 413, 418, 429, 499],
  ...[500, 501, 502, 503, 504, 511, 599, 600, 999, 1_000, 0, -1],
  ...['', 'abc', '2e2'],
];

const LOCATIONS = [
  '',
  '/',
  '//',
  'https://',
  'https://127.0.0.1:1/',
  'https://127.0.0.1:99999/',
  'https://[::1]:1/v1',
  'https://user:password@127.0.0.1:1/',
  'http://127.0.0.1:1/',
  'https://127.0.0.2:1/',
  'javascript:alert(1)',
  'data:,x',
  'blob:https://127.0.0.1:1/x',
  'file:///etc/passwd',
  '\\\\127.0.0.1\\x',
  `https://127.0.0.1:1/${'x'.repeat(9_000)}`,
  CANARY,
  '\u00ff\u0001',
];

const HEADERS = [
  'content-type: text/html',
  'content-encoding: gzip',
  'content-length: 5',
  'content-length: 99999999999999999999',
  'content-length: -1',
  'content-length: x',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding: identity',
  'retry-after: 99999999999',
  'connection: keep-alive',
  'upgrade: h2c\r\nconnection: upgrade',
  'trailer: x',
  'no colon at all',
  ': no name',
  ' : space',
  'folded: a\r\n b',
  '\u0000: \u0000',
  `x: ${'x'.repeat(20_000)}`,
  'set-cookie: a=b\r\n'.repeat(500).trimEnd(),
  '__proto__: x',
  'constructor: x',
  `www-authenticate: ${CANARY}`,
];

const FRAMES = ['length', 'length', 'length', 'none', 'chunked', 'cut chunk', 'bad chunk'] as const;

type Reply = {
  status: string | number;
  headers: string[];
  locations: string[];
  frame: (typeof FRAMES)[number];
  body: Body;
};

const broken: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(...STATUSES),
  headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 2 }),
  locations: fc.array(fc.constantFrom(...LOCATIONS), { maxLength: 2 }),
  frame: fc.constantFrom(...FRAMES),
  body: bodies,
});

// A valid reply with an invalid body gets furthest into the function.
const sound: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(200, 200, 200, 400),
  headers: fc.constant(['content-type: application/json']),
  locations: fc.constant([]),
  frame: fc.constant('length'),
  body: bodies,
});

/** Returns the bytes of a reply. */
function encode({ status, headers, locations, frame, body }: Reply): Buffer {
  const bytes = body.make();
  const size = bytes.length.toString(16);
  const framing: Record<Reply['frame'], [header: string[], before: string, after: string]> = {
    length: [[`content-length: ${bytes.length}`], '', ''],
    none: [[], '', ''],
    chunked: [['transfer-encoding: chunked'], `${size}\r\n`, '\r\n0\r\n\r\n'],
    'cut chunk': [['transfer-encoding: chunked'], `f${size}\r\n`, ''],
    'bad chunk': [['transfer-encoding: chunked'], 'zz\r\n', '\r\n-1\r\n\r\n'],
  };
  const [header, before, after] = framing[frame];
  const all = [...headers, ...locations.map((to) => `location: ${to}`), ...header];
  const head = `HTTP/1.1 ${status} X\r\n${all.map((one) => `${one}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head + before, 'latin1'), bytes, Buffer.from(after)]);
}

const feeds: fc.Arbitrary<Feed> = fc
  .record({
    operation: fc.constantFrom(...OPERATIONS),
    reply: fc.oneof(sound, broken),
    from: fc.constantFrom(1, 1, 1, 2, 3),
    lasts: fc.boolean(),
    isDone: fc.boolean(),
    timing: deliveries(SLOW_ONE_IN),
  })
  .map(({ operation, reply, from, lasts, isDone, timing: { delivery, remainingMs } }) => ({
    shown: { ...reply, body: reply.body.shown, from, lasts, isDone, ...delivery },
    operation,
    remainingMs,
    mayFollowChange: ['setSecret', 'reconcile', 'replaceAll'].includes(operation),
    place: async ({ world: { api } }) => {
      let requests = 0;
      api.fault = () => {
        requests += 1;
        if (requests < from || (requests > from && !lasts)) return undefined;
        return { script: (client) => deliver(client, encode(reply), delivery), isDone };
      };
      return {
        [Symbol.dispose]: () => {
          api.fault = undefined;
        },
      };
    },
  }));

export const REPLIES: Kind = { name: 'REST replies', options: {}, feeds };

export const DEFAULT_USER_REPLIES: Kind = {
  name: 'REST replies, default user',
  options: { isDefaultUser: true },
  feeds,
};
