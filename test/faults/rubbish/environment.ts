import fc from 'fast-check';
import { createHandler } from '../../../lambda/handler.ts';
import { TLS_SWITCH } from '../../../lambda/names.ts';
import { FUNCTION_KEY } from '../../sandbox/names.ts';
import { hostileText } from './json.ts';
import { type Kind, NOTHING, remaining } from './kind.ts';
import type { Feed } from './run.ts';

// The settings, and the variables of Lambda and AWS's SDK.
const VARIABLES = [
  'CLUSTERS_PATH',
  'OVERLAP_SECONDS',
  'PASSWORD_LENGTH',
  'EXCLUDE_CHARACTERS',
  'FUNCTION_TIMEOUT_SECONDS',
  TLS_SWITCH,
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_FUNCTION_NAME',
];

const LIKELY = ['0', '16', '128', '900', '7776000', '7776001', '1.5', '٣', '/a', '/a/', '/nothing'];

const text = fc.oneof(hostileText, fc.constantFrom(...LIKELY));

const feeds: fc.Arbitrary<Feed> = fc
  .record({
    edits: fc.array(fc.tuple(fc.constantFrom(...VARIABLES), text), { maxLength: 3 }),
    operation: fc.constantFrom('createSecret', 'reconcile', 'preflight' as const),
    remainingMs: remaining,
  })
  .map(({ edits, operation, remainingMs }) => ({
    shown: edits,
    operation,
    remainingMs,
    isPublic: true,
    place: async () => NOTHING,
    call: ({ world }, event, context) =>
      world.witness.invocation(event, async () => {
        const own = { ...world.environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
        const environment = { ...own, ...Object.fromEntries(edits) };
        const handler = createHandler(environment, world.time, (line) => world.lines.push(line));
        return handler(event, context);
      }),
  }));

export const ENVIRONMENT: Kind = { name: 'environment', options: {}, feeds };
