/**
 * The generations of the password API. `legacy`: POST and PUT require a password of the user.
 * `adminUnsafe`: ignores the username and changes the user that logs in (bug RS161290). `current`:
 * changes the user that the request names.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/
 */
export type Generation = 'legacy' | 'adminUnsafe' | 'current';

/** The letters of the generations in the documentation. */
export const GENERATION_LETTERS = { legacy: 'A', adminUnsafe: 'B', current: 'C' } as const;

type Version = [major: number, minor: number, patch: number, build: number];

// The first version of each range, ascending. Versions between two known ones count as unsafe.
const VERSION_RANGES: [from: Version, generation: Generation][] = [
  [[6, 0, 12, 0], 'legacy'],
  [[7, 8, 2, 34], 'adminUnsafe'],
  [[7, 8, 6, 119], 'current'],
  [[7, 9, 0, 0], 'adminUnsafe'],
  [[7, 22, 0, 216], 'current'],
];

/** Returns the generation of a `software_version` such as `7.22.0-216`. */
export function generationOf(softwareVersion: string): Generation | undefined {
  const found = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})-(\d{1,9})$/.exec(softwareVersion);
  if (found === null) return undefined;
  const version = found.slice(1).map(Number);
  return VERSION_RANGES.findLast(([from]) => compare(version, from) >= 0)?.[1];
}

/** With mixed versions, as during an upgrade, returns the generation that permits the least. */
export function mostRestrictive(generations: Generation[]): Generation | undefined {
  const order = ['adminUnsafe', 'legacy', 'current'] as const;
  return order.find((one) => generations.includes(one));
}

function compare(one: number[], other: number[]): number {
  const index = one.findIndex((part, at) => part !== other[at]);
  return index === -1 ? 0 : Number(one[index]) - Number(other[index]);
}
