import fc from 'fast-check';
import { holder } from '../../sandbox/aws/secret-store.ts';
import { OPERATIONS } from './ground.ts';
import { edited, editsOf, hostileText, mangling } from './json.ts';
import { type Kind, NOTHING, remaining } from './kind.ts';
import type { Feed } from './run.ts';

const FIELDS = [
  'username',
  'password',
  'host',
  'port',
  'endpoints',
  'ssl',
  'email',
  'login',
  'clusters',
  'engine',
];

/** Values of the secret itself, and of the administrator's secret. */
const feeds: fc.Arbitrary<Feed> = fc
  .record({
    operation: fc.constantFrom(...OPERATIONS),
    whose: fc.constantFrom('ours', 'ours', 'pending', 'admin' as const),
    edits: editsOf(FIELDS),
    mangle: mangling,
    binary: fc.option(hostileText, { freq: 20 }),
    remainingMs: remaining,
  })
  .map(({ operation, whose, edits, mangle, binary, remainingMs }) => ({
    shown: { whose, edits, binary },
    operation,
    remainingMs,
    place: async ({ world, value }) => {
      const secretId = whose === 'admin' ? 'redis-enterprise/admin' : world.arn;
      const label = whose === 'pending' ? 'AWSPENDING' : 'AWSCURRENT';
      const kept = structuredClone(holder(world.store.latest(secretId), label)?.value);
      const text = mangle(edited(whose === 'admin' ? JSON.parse(textOf(kept)) : value(), edits));
      const put = (content: typeof kept) =>
        world.store.write(secretId, (secret) => {
          const version = holder(secret, label);
          if (version?.value !== undefined) version.value = content;
        });
      put(binary === null ? { SecretString: text } : { SecretBinary: toBase64(binary) });
      if (whose !== 'admin') return NOTHING;
      return { [Symbol.dispose]: () => void put(kept) };
    },
  }));

const textOf = (value: object | undefined) =>
  value !== undefined && 'SecretString' in value ? String(value.SecretString) : '{}';

const toBase64 = (text: string) => Buffer.from(text).toString('base64');

export const VALUES: Kind = { name: 'secret values', options: {}, feeds };
