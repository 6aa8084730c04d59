import { isComplex } from '../sandbox/cluster/password-complexity.ts';

/** Printable ASCII without the space. */
export const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
export const PUNCTUATION = PRINTABLE.filter((one) => /[^A-Za-z0-9]/.test(one));
export const DEFAULT_EXCLUDED = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';

/** Every interpretation of the documented complexity rules. */
export const INTERPRETATIONS = (['in a row', 'in all'] as const).flatMap((repeating) =>
  (['today', 'before 6.2.12'] as const).map((complexity) => ({ repeating, complexity })),
);

/** Returns whether a password of the user satisfies every interpretation. */
export function satisfiesAll(
  password: string,
  length: number,
  user: { name: string; email: string },
): boolean {
  const policy = { passwordComplexity: true, passwordMinLength: length };
  return INTERPRETATIONS.every((options) =>
    isComplex(password, user, { policy, options } as Parameters<typeof isComplex>[2]),
  );
}
