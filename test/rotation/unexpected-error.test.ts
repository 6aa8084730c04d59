import { expect, test } from 'vitest';
import { toRotationError } from '../../lambda/errors.ts';

test('an unexpected error keeps its stack, and loses its message', () => {
  const error = toRotationError(new TypeError('the password is hunter22'));
  expect(error).toMatchObject({ code: 'unexpected', cause: { name: 'TypeError' } });
  expect(`${error.message} ${error.stack}`).not.toContain('hunter22');
  expect(error.stack).toMatch(/\n +at .*unexpected-error\.test/);
});
