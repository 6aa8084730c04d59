import { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import { awsFailure } from './aws-failure.ts';
import { complexPassword, complexRemedy } from './complex-password.ts';
import type { Edges } from './edges.ts';
import { EXCLUDE_CHARACTERS } from './environment.ts';
import { RotationError } from './errors.ts';
import type { Policy } from './redis-enterprise/policy.ts';
import { type VersionValue, withPassword } from './secret-value.ts';

// What GetRandomPassword takes for punctuation.
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

// GetRandomPassword's most: enough to pick a password from, whatever the rules leave out.
const CHARACTERS_MAX = 4_096;

const failed = awsFailure('secretsmanager:GetRandomPassword');

/** Random characters that have each type of those which are not excluded. */
async function randomCharacters(
  { secret: { client, until }, settings: { excludeCharacters } }: Edges,
  length: number,
): Promise<string> {
  const command = new GetRandomPasswordCommand({
    PasswordLength: length,
    ExcludeCharacters: excludeCharacters,
    // A type of which every character is excluded cannot be required too.
    ExcludePunctuation: [...PUNCTUATION].every((one) => excludeCharacters.includes(one)),
    RequireEachIncludedType: true,
  });
  const { RandomPassword } = await client.send(command, until).catch(failed);
  if (RandomPassword?.length === length) return RandomPassword;
  return failed(undefined);
}

/** Characters to pick a password from, which whoever needs one may draw before. */
export function drawCharacters(edges: Edges): Promise<string> {
  return randomCharacters(edges, CHARACTERS_MAX);
}

/**
 * A password that satisfies the rules of every cluster, or, where they have none, one that leaves
 * out what is excluded. Throws `setting_invalid` where those exclude each other.
 */
async function randomPassword(
  value: VersionValue,
  policies: Policy[],
  edges: Edges,
): Promise<string> {
  const { passwordLength, excludeCharacters } = edges.settings;
  const length = Math.max(passwordLength, ...policies.map(({ minLength = 0 }) => minLength));
  const characters = await (edges.characters ?? drawCharacters(edges));
  const found = complexPassword(characters, length, [value.username, value.restName]);
  if (found !== undefined) return found;
  const strict = policies.find(({ isComplex }) => isComplex);
  if (strict === undefined) return randomCharacters(edges, length);
  const what =
    `environment variable ${EXCLUDE_CHARACTERS} leaves no password of ${length} characters ` +
    `that satisfies the rules of cluster ${strict.cluster}`;
  const hint = complexRemedy(length, excludeCharacters);
  throw new RotationError('setting_invalid', what, { hint });
}

/** A value with a new password, as text, and with every other field as it was. */
export async function withNewPassword(
  value: VersionValue,
  policies: Policy[],
  edges: Edges,
): Promise<string> {
  const password = await randomPassword(value, policies, edges);
  edges.remember(password);
  return withPassword(value, password);
}
