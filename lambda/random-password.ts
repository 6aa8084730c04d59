import { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import { awsFailure } from './aws-failure.ts';
import type { Edges } from './edges.ts';
import { type SecretValue, withPassword } from './secret-value.ts';
import type { Secret } from './secrets-manager.ts';

// What GetRandomPassword takes for punctuation.
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const failed = awsFailure('secretsmanager:GetRandomPassword');

/** A random password that has each type of character that is not excluded. */
async function randomPassword(
  { client }: Secret,
  length: number,
  excludeCharacters: string,
): Promise<string> {
  const command = new GetRandomPasswordCommand({
    PasswordLength: length,
    ExcludeCharacters: excludeCharacters,
    // A type of which every character is excluded cannot be required too.
    ExcludePunctuation: [...PUNCTUATION].every((one) => excludeCharacters.includes(one)),
    RequireEachIncludedType: true,
  });
  const { RandomPassword } = await client.send(command).catch(failed);
  if (RandomPassword?.length === length) return RandomPassword;
  return failed(undefined);
}

/** A value with a new password, as text, and with every other field as it was. */
export async function withNewPassword(
  value: SecretValue,
  { secret, settings, remember }: Edges,
): Promise<string> {
  const { passwordLength, excludeCharacters } = settings;
  const password = await randomPassword(secret, passwordLength, excludeCharacters);
  remember(password);
  return withPassword(value, password);
}
