import { changesByFunction, type Recording } from '../record.ts';
import { isPasswordChange } from './password-changes.ts';

/** 6. Never another user's passwords. */
export function touchesOnlyThisUser(recording: Recording): string[] {
  return changesByFunction(recording)
    .filter(isPasswordChange)
    .filter(({ user }) => user !== recording.username)
    .map(({ user }) => `the passwords of another user changed: ${user}`);
}
