import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Returns a function that counts the secrets at synthesis: a construct's own, and those of other
 * stacks.
 */
export function secretCounter(
  scope: Construct,
  ownCount: () => number,
  ofOtherStacks: number,
): () => number {
  if (!Token.isUnresolved(ofOtherStacks)) {
    const [violation] = violations(0, ofOtherStacks);
    if (violation !== undefined) throw new Error(violation);
  }
  const resolved = (): unknown => Stack.of(scope).resolve(ofOtherStacks);
  scope.node.addValidation({ validate: () => violations(ownCount(), resolved()) });
  return () => {
    const known = resolved();
    return typeof known === 'number' ? ownCount() + known : ofOtherStacks;
  };
}

function violations(own: number, ofOtherStacks: unknown): string[] {
  if (typeof ofOtherStacks === 'number') {
    if (Number.isInteger(ofOtherStacks) && ofOtherStacks >= 0) return [];
    return [`secretsOfOtherStacks must be a whole number, 0 or more, got ${ofOtherStacks}`];
  }
  // CloudFormation cannot add the number of a parameter to the construct's own number.
  if (own === 0) return [];
  return [
    'secretsOfOtherStacks must be known at synthesis if the construct has secrets of its own, ' +
      `got a token beside ${own}; hint: set a number, or rotate all secrets in other stacks`,
  ];
}
