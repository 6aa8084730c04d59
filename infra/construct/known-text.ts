import { Token } from 'aws-cdk-lib';

// What CDK's context providers return until the CLI has looked the value up. The CLI then discards
// the template and synthesizes again.
const STAND_IN = /^dummy-value-for-/;

/** Returns whether a text is known: no token, and no value that CDK has yet to look up. */
export function isKnownText(text: string): boolean {
  return !Token.isUnresolved(text) && !STAND_IN.test(text);
}
