import { Token } from 'aws-cdk-lib';

// What `StringParameter.valueFromLookup` returns until the CDK CLI has looked the parameter up. The
// CLI then discards the template and synthesizes again.
const DUMMY_PREFIX = 'dummy-value-for-';

/**
 * Returns whether a text is known only later: it has a CDK token, is the only text of a list token,
 * or waits for a look-up.
 */
export function isLate(text: string): boolean {
  return Token.isUnresolved(text) || isListElement(text) || text.includes(DUMMY_PREFIX);
}

/** Returns whether a text is the only text of a list token. */
export function isListElement(text: string): boolean {
  return Token.isUnresolved([text]) && !Token.isUnresolved(text);
}
