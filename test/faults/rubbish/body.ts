import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CANARY, edited, editsOf, hostileJson, hostileText, mangling } from './json.ts';

// Valid replies of the API. Rubbish that resembles them gets furthest into the function.
const NODE = {
  uid: 1,
  addr: '127.0.0.1',
  external_addr: ['127.0.0.1'],
  software_version: '7.22.2-79',
};
const USER = { uid: 2, name: 'orders', email: '', auth_method: 'regular' };
const RULES = { name: 'c', password_complexity: false, password_min_length: 8 };
const DATABASE = {
  endpoints: [{ dns_name: 'localhost', addr: ['127.0.0.1'], port: 1 }],
  default_user: true,
  crdt: false,
};
const TOKEN = { access_token: 'token' };
const ERRORS = [
  'new_password_same_as_current',
  'password_not_complex',
  'user_not_exist',
  'cannot_delete_last_password',
  'unauthorized_action',
  'password_expired',
  'x'.repeat(100),
];

const errors = fc
  .constantFrom(...ERRORS)
  .map((code) => ({ error_code: code, description: CANARY, message: CANARY }));

// The fields that the function reads, with values of any type.
const likely = fc
  .record({ software_version: hostileJson, addr: hostileJson, auth_method: hostileJson })
  .map((fields) => {
    const edits = Object.entries(fields).map(([key, text]) => ({ key, text }));
    return edited({ ...NODE, ...USER }, edits);
  });

const objects = fc
  .tuple(
    fc.oneof(fc.constantFrom(NODE, USER, RULES, TOKEN, DATABASE), errors),
    editsOf([...Object.keys({ ...NODE, ...USER, ...RULES, ...TOKEN, ...DATABASE }), 'error_code']),
  )
  .map(([base, edits]) => edited(base, edits));

const lists = fc
  .array(fc.oneof(objects, likely, hostileJson), { maxLength: 3 })
  .map((all) => `[${all}]`);

const json = fc
  .tuple(fc.oneof(lists, lists, objects), mangling)
  .map(([text, mangle]) => Buffer.from(mangle(text)));

// More than the limits of a reply to a change, and of a list.
const HUGE_BYTES = [70_000, 17 * 2 ** 20];

/** A body, made on demand so that a huge one does not stay in memory. */
export type Body = { shown: string; make: () => Buffer };

const shown = (bytes: Buffer): Body => ({ shown: bytes.toString('latin1'), make: () => bytes });

const huge = fc.constantFrom(...HUGE_BYTES).map((size) => ({
  shown: `${size} bytes`,
  make: () => Buffer.alloc(size, '[1,'),
}));

/** Bodies of replies: JSON of every shape, and invalid JSON. */
export const bodies: fc.Arbitrary<Body> = fc.oneof(
  { weight: 12, arbitrary: json.map(shown) },
  { weight: 2, arbitrary: hostileText.map((text) => shown(Buffer.from(CANARY + text))) },
  { weight: 2, arbitrary: fc.uint8Array().map((raw) => shown(Buffer.from(raw))) },
  { weight: 1, arbitrary: json.map((text) => shown(gzipSync(text))) },
  { weight: 1, arbitrary: huge },
);
