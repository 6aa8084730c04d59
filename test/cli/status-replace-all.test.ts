import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, rejected, statusOf } from './logged-status.ts';

test.concurrent('status --errors shows a failed replaceAll until another one succeeds', async () => {
  const replaceAll = { step: 'replaceAll', age: 4 * DAY_MS };
  const failed = { ...replaceAll, code: 'cluster_login_refused' };
  const reconciles = [
    { ...rejected, age: 2 * DAY_MS },
    { step: 'reconcile', age: DAY_MS },
  ];
  const { rows } = await statusOf([failed, ...reconciles]);
  expect(rows).toContain('fail redis/logged');
  const later = { ...replaceAll, age: 3 * DAY_MS };
  expect((await statusOf([failed, later, ...reconciles])).rows).toContain('ok redis/logged');
});

test.concurrent('status --errors drops the error of a rotation after a replaceAll', async () => {
  const failed = { step: 'setSecret', code: 'cluster_login_refused', age: 2 * HOUR_MS };
  const { rows } = await statusOf([failed, { step: 'replaceAll', age: HOUR_MS }]);
  expect(rows).toContain('ok redis/logged');
});

test.concurrent.each([
  // A mistyped name, a step that anybody who may invoke the function can call, and a lockout.
  ['replaceAll', 'event_invalid'],
  ['createSecret', 'token_not_staged'],
  ['reconcile', 'current_password_refused'],
])('status --errors shows a failed replaceAll although a later %s fails', async (step, code) => {
  const failed = { step: 'replaceAll', code: 'cluster_unreachable', age: 2 * HOUR_MS };
  const { out } = await statusOf([failed, { step, code, age: HOUR_MS }]);
  expect(out).toContain('in replaceAll: cluster_unreachable');
  expect(out).toContain(`in ${step}: ${code}`);
});
